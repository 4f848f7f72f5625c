import { describe, expect, it } from 'vitest';
import { printCarryLabel, findSuccessor, isCopy } from '../../../src/capture/carry/carry-label.ts';
import { labels } from '../../../src/observe/labels.ts';
import { type Container, type ContainerState, nameHalfMade } from '../../../src/model/container.ts';

const make = (id: string, state: ContainerState, from?: string, name = id): Container => ({
  ...{ id, name, image: 'i', state, created: 1, networks: [], ports: [] },
  labels: from === undefined ? {} : { [labels.carried]: printCarryLabel({ from, time: '2026-01-01T00:00:00Z' }) },
});

const old = make('old', 'running');

describe('a container that was made with what another one had', () => {
  it.each([
    ['never ran', make('new', 'created', 'old'), true],
    ['was not filled to the end', make('new', 'exited', 'old', nameHalfMade('x')), true],
    ['runs', make('new', 'running', 'old'), false],
    ['is not one', make('new', 'created'), false],
    ['has lost the other', make('new', 'created', 'gone'), false],
  ] as const)('is a copy or not: %s', (_, container, expected) => {
    expect(isCopy(container, [old, container])).toBe(expected);
  });

  it.each([
    ['runs', make('new', 'running', 'old'), '2026-01-01T00:00:00Z'],
    ['never ran', make('new', 'created', 'old'), undefined],
    ['was not filled to the end', make('new', 'running', 'old', nameHalfMade('x')), undefined],
    ['came from elsewhere', make('new', 'running', 'other'), undefined],
  ] as const)('takes the place of the other where it %s', (_, container, expected) => {
    expect(findSuccessor(old, [container, old])?.time).toBe(expected);
  });

  it('takes nobody for one whose label is no JSON of ours', () => {
    const odd = { ...make('new', 'running'), labels: { [labels.carried]: '{"from": 3' } };
    expect(findSuccessor(old, [odd, old])).toBeUndefined();
  });
});
