import { pathFromText } from '../../../src/model/byte-path.ts';
import { describe, expect, it } from 'vitest';
import type { TreeChange } from '../../../src/model/tree.ts';
import { planReplay } from '../../../src/capture/carry/plan-replay.ts';

const added = (path: string): TreeChange => ({ path: pathFromText(path), kind: 'added', what: [] });
const removed = (path: string): TreeChange => ({ path: pathFromText(path), kind: 'removed', what: [] });
const changed = (path: string, ...what: string[]): TreeChange => ({ path: pathFromText(path), kind: 'changed', what });
const never = (): boolean => false;

describe('planReplay', () => {
  it('takes what the other side did not touch', () => {
    const ours = [added('/opt/a'), changed('/etc/b', 'content'), removed('/etc/c')];
    expect(planReplay(ours, [added('/opt/z')], never)).toEqual({
      copy: ['/opt/a', '/etc/b'],
      hide: ['/etc/c'],
      conflicts: [],
    });
  });

  it('names what both changed, unless to the same', () => {
    const ours = [added('/opt/a'), changed('/etc/b', 'size'), removed('/etc/c')];
    const theirs = [added('/opt/a'), changed('/etc/b', 'size'), changed('/etc/c', 'mode')];
    expect(planReplay(ours, theirs, (path) => path === '/opt/a').conflicts).toEqual([
      { path: '/etc/b', ours: 'changed', theirs: 'changed' },
      { path: '/etc/c', ours: 'removed', theirs: 'changed' },
    ]);
  });

  it('has nothing to do where both removed a path', () => {
    expect(planReplay([removed('/a')], [removed('/a')], never)).toEqual({ copy: [], hide: [], conflicts: [] });
  });

  it('does not bring a file into a folder that the other side took away', () => {
    expect(planReplay([added('/opt/x/a')], [removed('/opt/x')], never).conflicts).toEqual([
      { path: '/opt/x/a', ours: 'added' },
    ]);
    expect(planReplay([added('/opt/x/a')], [changed('/opt/x', 'type')], never).conflicts).toHaveLength(1);
  });

  it('does not take a folder away in which the other side put something', () => {
    const replay = planReplay([removed('/opt/x'), removed('/opt/x/a')], [added('/opt/x/new')], never);
    expect(replay).toEqual({ copy: [], hide: ['/opt/x/a'], conflicts: [{ path: '/opt/x', ours: 'removed' }] });
  });

  it('hides only the topmost of what was removed', () => {
    expect(planReplay([removed('/a'), removed('/a/b'), removed('/a/b/c')], [], never).hide).toEqual(['/a']);
  });
});
