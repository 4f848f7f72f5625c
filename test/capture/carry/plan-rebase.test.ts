import { describe, expect, it } from 'vitest';
import type { Items } from '../../../src/model/item.ts';
import type { Lock, Version } from '../../../src/model/version.ts';
import { planRebase } from '../../../src/capture/carry/plan-rebase.ts';

const version = (number: number, from: number | undefined, set: Items, unset: string[] = []): Version => ({
  number,
  kind: number > 3 ? 'commit' : 'build',
  ...(from !== undefined && { parent: from, from }),
  content: `sha256:${String(number).repeat(64)}`,
  author: 'Ann',
  date: '2025-06-30T12:00:00Z',
  message: 'm',
  size: 1,
  layers: 1,
  items: { set, unset },
});
const lockOf = (...versions: Version[]): Lock => ({
  name: 'shop',
  current: 2,
  shape: `sha256:${'0'.repeat(64)}`,
  resolved: {},
  versions: [
    version(1, undefined, { base: 'b', node: '22', 'apt:git': '*' }),
    version(2, 1, { 'apt:jq': '*', node: '24' }),
    ...versions,
  ],
});

describe('planRebase', () => {
  it('has nothing to do where the newest version is current', () => {
    expect(planRebase(lockOf(), {})).toMatchObject({ ours: [], conflicts: [], opaque: [] });
  });

  it('adds what ours declare to the current version', () => {
    const plan = planRebase(
      lockOf(version(3, 1, { 'apt:fd': '*' }), version(4, 3, { 'apt:rg': '*' }, ['apt:git'])),
      {},
    );
    expect(plan.wanted).toEqual({ base: 'b', node: '24', 'apt:jq': '*', 'apt:fd': '*', 'apt:rg': '*' });
    expect(plan.ours.map(({ number }) => number)).toEqual([3, 4]);
    expect(plan.opaque.map(({ number }) => number)).toEqual([4]);
    expect(plan.conflicts).toEqual([]);
  });

  it('names what both sides changed, and lets devenv.yaml decide', () => {
    const plan = planRebase(lockOf(version(3, 1, { node: '20', 'apt:jq': '=1.6' })), { node: '20' });
    expect(plan.conflicts).toEqual([
      { item: 'apt:jq', theirs: '*', ours: '=1.6' },
      { item: 'node', theirs: '24', ours: '20', decided: '20' },
    ]);
    expect(plan.wanted).toEqual({ base: 'b', node: '20', 'apt:git': '*' });
  });
});
