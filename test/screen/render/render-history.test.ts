import { describe, expect, it } from 'vitest';
import { drawGraph, renderHistory } from '../../../src/screen/render/render-history.ts';

const entry = (number: number, from: number | undefined, message: string, changes: string[] = []) => ({
  number,
  kind: 'build' as const,
  ...(from !== undefined && { from }),
  content: `sha256:${'a'.repeat(64)}` as const,
  author: 'Ann Lee <ann@example.com>',
  date: '2025-06-30T12:00:00Z',
  message,
  size: 173_000_000,
  layers: 1,
  items: { set: {}, unset: [] },
  isCurrent: number === 4,
  pushed: number < 3,
  changes,
});

describe('renderHistory', () => {
  it('draws what extends what, newest first, and marks the current version', () => {
    const versions = [
      entry(1, undefined, 'first', ['+ apt git']),
      entry(2, 1, 'add jq', ['+ apt jq']),
      entry(3, 2, 'try\u001b[31m it'),
      entry(4, 2, 'back', ['= version 2']),
    ];
    expect(renderHistory(versions)).toBe(
      [
        '*    4  2025-06-30  Ann Lee  173 MB  not pushed  back',
        '|       = version 2',
        '| o  3  2025-06-30  Ann Lee  173 MB  not pushed  try it',
        '|/',
        'o    2  2025-06-30  Ann Lee  173 MB  pushed      add jq',
        '|       + apt jq',
        'o    1  2025-06-30  Ann Lee  173 MB  pushed      first',
        '        + apt git',
      ].join('\n'),
    );
  });
});

describe('drawGraph', () => {
  it('ends a lane where a build started from the base', () => {
    const rows = drawGraph([{ number: 3, from: 1 }, { number: 2 }, { number: 1 }], ({ number }) => String(number));
    expect(rows).toEqual([
      { node: '3', under: '|' },
      { node: '| 2', under: '|' },
      { node: '1', under: '' },
    ]);
  });

  it('joins several lanes at once', () => {
    const nodes = [{ number: 4, from: 1 }, { number: 3, from: 1 }, { number: 2, from: 1 }, { number: 1 }];
    expect(drawGraph(nodes, () => 'o').map(({ join, node }) => [join, node])).toEqual([
      [undefined, 'o'],
      [undefined, '| o'],
      [undefined, '| | o'],
      ['|//', 'o'],
    ]);
  });
});
