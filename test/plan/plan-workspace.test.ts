import { describe, expect, it } from 'vitest';
import type { Container, ContainerState } from '../../src/model/container.ts';
import type { Decision } from '../../src/plan/operation.ts';
import type { ObservedContainer } from '../../src/plan/observed.ts';
import { planWorkspace } from '../../src/plan/plan-workspace.ts';

const content = `sha256:${'a'.repeat(64)}` as const;
const networks = { needed: [], left: [], endpoints: new Map() };
const goal = { version: 3, content, settings: 's', networks };

function observed(
  id: string,
  state: ContainerState,
  differs: Partial<ObservedContainer> = {},
  created = 1,
): ObservedContainer {
  const container: Container = { id, name: id, image: 'i', state, labels: {}, created, networks: [], ports: [] };
  return { container, content, settings: 's', ...differs };
}

const print = (operations: readonly Decision[]): string[] =>
  operations.map(
    (operation) => `${operation.kind} ${'container' in operation ? operation.container : '-'}, ${operation.cause}`,
  );

describe('planWorkspace', () => {
  it.each([
    ['nothing there', [], ['create -, no workspace yet']],
    ['running and fitting', [observed('c', 'running')], []],
    ['stopped', [observed('c', 'exited')], ['start c, it is stopped']],
    ['made but never started', [observed('c', 'created')], ['start c, it is stopped']],
    ['paused by somebody', [observed('c', 'paused')], ['unpause c, it is paused']],
    ['given up by the engine', [observed('c', 'dead')], ['recreate c, the engine gave it up']],
    ['of another version', [observed('c', 'running', { content: 'sha256:old' })], ['recreate c, version 3 is current']],
    ['with other settings', [observed('c', 'running', { settings: 't' })], ['recreate c, its settings changed']],
    [
      'two, of which one fits',
      [observed('old', 'running', { content: 'sha256:old' }, 1), observed('new', 'created', {}, 2)],
      ['remove new, left over from an interrupted command', 'recreate old, version 3 is current'],
    ],
    [
      'two that fit, one of them running',
      [observed('a', 'created', {}, 2), observed('b', 'running', {}, 1)],
      ['remove a, left over from an interrupted command'],
    ],
    [
      'one that is not filled to the end, beside the one that it was to replace',
      [observed('old', 'exited', { content: 'sha256:old' }, 1), observed('new.-filling', 'exited', {}, 2)],
      ['remove new.-filling, left over from an interrupted command', 'recreate old, version 3 is current'],
    ],
    [
      'only one that is not filled to the end',
      [observed('new.-filling', 'created')],
      ['remove new.-filling, left over from an interrupted command', 'create -, no workspace yet'],
    ],
  ] as const)('%s', (_, workspaces, expected) => {
    expect(print(planWorkspace(goal, workspaces))).toEqual(expected);
  });
});
