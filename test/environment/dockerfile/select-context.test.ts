import { describe, expect, it } from 'vitest';
import { cpuTime } from '../../cpu-time.ts';
import { parseIgnoreRules, selectContext } from '../../../src/environment/dockerfile/select-context.ts';

const select = (paths: readonly string[], ignore = ''): ReturnType<typeof selectContext> => {
  const sources = paths.map((path, index) => ({ path, line: index + 1, needed: true }));
  return selectContext({ sources, complete: true }, parseIgnoreRules(ignore));
};

const taken = (ignore: string, paths: readonly string[]): readonly string[] =>
  paths.filter((path) => select([''], ignore).takes(path));

describe('selectContext', () => {
  it.each([
    ['node_modules', ['node_modules/a', 'app/node_modules/b'], ['app/node_modules/b']],
    ['**/node_modules', ['node_modules/a', 'app/node_modules/b', 'app/x'], ['app/x']],
    ['*.log\n!keep.log', ['a.log', 'keep.log', 'sub/a.log'], ['keep.log', 'sub/a.log']],
    ['docs\n!docs/README.md', ['docs/a.md', 'docs/README.md'], ['docs/README.md']],
    ['*\n!src/**\nsrc/**/*.test.ts', ['x', 'src/a.ts', 'src/deep/a.test.ts'], ['src/a.ts']],
    ['# comment\n\n  /build/  ', ['build/out', 'sub/build/x', '# comment'], ['sub/build/x', '# comment']],
    ['a?c\n[x-z]1\n[^a]2', ['abc', 'ac', 'y1', 'a1', 'b2', 'a2'], ['ac', 'a1', 'a2']],
    ['secret/**', ['secret', 'secret/key'], ['secret']],
  ])('leaves out by %j', (ignore, paths, kept) => {
    expect(taken(ignore, paths)).toEqual(kept);
  });

  it('takes the files that are named, with what lies below them', () => {
    const { takes, enters, groupOf } = select(['package.json', 'packages/*/package.json', 'src']);
    const paths = ['package.json', 'other', 'packages/a/package.json', 'packages/a/x', 'src/deep/a.ts'];
    expect(paths.filter(takes)).toEqual(['package.json', 'packages/a/package.json', 'src/deep/a.ts']);
    expect(['packages', 'packages/a', 'packages/a/b', 'src/deep', 'other'].filter(enters)).toEqual([
      'packages',
      'packages/a',
      'src/deep',
    ]);
    expect(['package.json', 'packages/a/package.json', 'src/deep/a.ts'].map(groupOf)).toEqual([
      'package.json',
      'packages/a/package.json',
      'src/deep',
    ]);
  });

  it('enters an ignored folder only if something in it may be kept', () => {
    const { enters } = select([''], 'node_modules\ndocs\n!docs/api/*.md');
    expect(['node_modules', 'docs', 'docs/api', 'docs/api/deep', 'docs/other'].filter(enters)).toEqual([
      'docs',
      'docs/api',
    ]);
  });

  it('judges hostile patterns in a moment', () => {
    const { takes } = select([''], `${'a*'.repeat(100)}b\n${'**/a/'.repeat(100)}b\n`);
    const start = cpuTime();
    expect(takes(`${'a'.repeat(250)}/${'a/'.repeat(100)}c`)).toBe(true);
    expect(cpuTime() - start).toBeLessThan(1_000);
  });
});
