import { pathFromText } from '../../src/model/byte-path.ts';
import { expect, it } from 'vitest';
import { compileExcludes } from '../../src/observe/leaving-out.ts';

it('leaves out a path that fits, and what lies in a folder that does, in whatever order paths come', () => {
  const excluded = compileExcludes(['/opt/scratch', '/srv/*.log', '/home/**/cache', '/']);
  const cases: readonly (readonly [string, boolean])[] = [
    ['/opt', false],
    ['/opt/scratch', true],
    ['/opt/scratch/a', true],
    ['/opt/scratch/a/b', true],
    ['/opt/scratchy', false],
    ['/opt/scratchy/a', false],
    ['/srv/x.log', true],
    ['/srv/x.log/inside', true],
    ['/srv/x.txt', false],
    ['/home/a/b/cache/c/d', true],
    ['/home/a/b/caches', false],
    ['/', true],
  ];
  for (const [path, wanted] of [...cases, ...cases.toReversed()])
    expect([path, excluded(pathFromText(path))]).toEqual([path, wanted]);
});
