import { describe, expect, it } from 'vitest';
import type { Lock, Version } from '../../src/model/version.ts';
import { describeItems, describeVersion } from '../../src/versions/describe-version.ts';

const version = (number: number, rest: Partial<Version>): Version => ({
  number,
  kind: 'build',
  content: `sha256:${String(number).repeat(64)}`,
  author: 'Ann',
  date: '2025-06-30T12:00:00Z',
  message: 'm',
  size: 1,
  layers: 1,
  items: { set: {}, unset: [] },
  ...rest,
});

describe('describeItems', () => {
  it('groups what was added, changed and removed by provider', () => {
    const before = { node: '22', 'apt:git': '*', 'npm:pnpm': '9', 'file:/etc/a': 'abc 0644', 'apt:jq': '=1.6' };
    const delta = {
      set: {
        node: '24',
        'apt:curl': '*',
        'apt:wget': '=1.2',
        'npm:yarn': 'latest',
        'file:/etc/a': 'def 0644',
        'apt:jq': '*',
      },
      unset: ['apt:git', 'npm:pnpm'],
    };
    expect(describeItems(delta, before)).toEqual([
      '~ node 22 \u2192 24',
      '+ apt curl wget 1.2',
      '+ npm yarn',
      '~ file /etc/a',
      '~ apt jq 1.6 \u2192 any',
      '- apt git',
      '- npm pnpm',
    ]);
  });

  it('says nothing where nothing differs', () => {
    expect(describeItems({ set: {}, unset: [] }, {})).toEqual([]);
  });
});

describe('describeVersion', () => {
  const first = version(1, { items: { set: { base: 'image debian:12', 'apt:git': '*' }, unset: [] } });
  const lock: Lock = {
    name: 'shop',
    current: 5,
    shape: first.content,
    resolved: {},
    versions: [
      first,
      version(2, { kind: 'commit', parent: 1, from: 1, items: { set: { 'apt:jq': '*' }, unset: [] } }),
      version(3, { kind: 'commit', parent: 2, from: 1, items: { set: { 'apt:jq': '*' }, unset: [] } }),
      // Built from the base again: what changed is measured against the version before.
      version(4, { parent: 3, items: { set: { base: 'image debian:12', 'apt:jq': '*' }, unset: [] } }),
      version(5, { kind: 'rollback', parent: 4, from: 2 }),
    ],
  };

  it.each([
    [1, ['+ apt git', '+ base image debian:12']],
    [2, ['+ apt jq']],
    [3, ['changes that devenv.yaml does not declare']],
    [4, ['- apt git']],
    [5, ['= version 2', '+ apt git']],
  ])('version %i', (number, words) => {
    const found = lock.versions[number - 1];
    expect(found && describeVersion(lock, found)).toEqual(words);
  });
});
