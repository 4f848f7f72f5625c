import { pathFromText } from '../../src/model/byte-path.ts';
import { describe, expect, it } from 'vitest';
import { parseOwners } from '../../src/observe/images/list-owners.ts';
import { judgeRebuild } from '../../src/image/judge-rebuild.ts';

const items = {
  base: 'image debian',
  'apt:git': '*',
  'apt:jq': '*',
  'npm:pnpm': '10',
  node: '24',
  'file:/etc/a': 'h 0644',
};
const inventory = { apt: { git: '1', jq: '1.6', libc6: '2' }, npm: { pnpm: '10.1.0' }, node: { node: '24.1.0' } };
const owners: Record<string, string> = { '/usr/bin/jq': 'jq', '/usr/bin/git': 'git', '/usr/bin/opaque': 'opaque' };
const judge = (after: typeof inventory, changes: Parameters<typeof judgeRebuild>[0]['changes'], before = inventory) =>
  judgeRebuild({ items, before, after, changes, ownerOf: (path) => owners[path] });

describe('judgeRebuild', () => {
  it('finds all of it reproduced where only generated files differ', () => {
    const changes = ['/var/lib/dpkg/status', '/etc/ld.so.cache', '/usr/lib/python3/__pycache__/a.pyc', '/etc/shadow'];
    const judged = judge(
      inventory,
      changes.map((path) => ({ path: pathFromText(path), kind: 'changed' as const, what: ['content'] })),
    );
    expect(judged).toEqual({ reproduced: Object.keys(items).sort(), failed: [], opaque: { packages: [], files: [] } });
  });

  it('tells what is declared and came out otherwise from what is not declared', () => {
    const before = { ...inventory, apt: { ...inventory.apt, opaque: '3' } };
    const after = { ...inventory, apt: { ...inventory.apt, jq: '1.7' } };
    const judged = judge(
      after,
      [
        { path: pathFromText('/usr/bin/jq'), kind: 'changed', what: ['size'] },
        { path: pathFromText('/usr/bin/git'), kind: 'changed', what: ['content'] },
        { path: pathFromText('/usr/bin/opaque'), kind: 'removed', what: [] },
        { path: pathFromText('/etc/a'), kind: 'changed', what: ['mode'] },
        { path: pathFromText('/usr/local/lib/node_modules/pnpm/x.js'), kind: 'removed', what: [] },
        { path: pathFromText('/opt/tool'), kind: 'removed', what: [] },
      ],
      before,
    );
    expect(judged.failed).toEqual([
      { item: 'apt:git', reason: '/usr/bin/git differs (content)' },
      { item: 'apt:jq', reason: '1.6 in the version, 1.7 in the build' },
      { item: 'file:/etc/a', reason: '/etc/a differs (mode)' },
      { item: 'npm:pnpm', reason: '/usr/local/lib/node_modules/pnpm/x.js is missing in the build' },
    ]);
    expect(judged.reproduced).toEqual(['base', 'node']);
    expect(judged.opaque).toEqual({
      packages: [{ provider: 'apt', name: 'opaque', before: '3' }],
      files: [{ path: '/opt/tool', kind: 'removed', what: [] }],
    });
  });
});

describe('parseOwners', () => {
  it('gives files to their package, under both names of /bin, and shared folders to none', () => {
    const output =
      '@/var/lib/dpkg/info/jq.list\n/.\n/usr\n/usr/bin/jq\n@/var/lib/dpkg/info/libc6:amd64.list\n/.\n/usr\n/bin/ld\n';
    expect(Object.fromEntries(parseOwners(output))).toEqual({
      '/usr/bin/jq': 'jq',
      '/bin/ld': 'libc6',
      '/usr/bin/ld': 'libc6',
    });
  });
});
