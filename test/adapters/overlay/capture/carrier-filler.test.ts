import { describe, expect, it } from 'vitest';
import { findSources, listStale } from '../../../../src/adapters/overlay/capture/carrier-filler.ts';
import { EntryTable, type Entry } from '../../../../src/adapters/overlay/changes/entry-table.ts';

/** `added opt/a f 3`: kind, path, type, size. */
function tableOf(...lines: readonly string[]): EntryTable {
  const entries = new EntryTable();
  for (const line of lines) {
    const [kind = '', path = '', type = 'f', size = '0'] = line.split(' ');
    entries.add({
      kind: kind as Entry['kind'],
      path,
      type: kind === 'hidden' ? '' : type,
      size: Number(size),
      target: '',
    });
  }
  return entries;
}

function stale(before: EntryTable, after: EntryTable, ...changed: readonly string[]): unknown {
  const found = listStale(before, after, new Set(changed));
  return found && { removed: found.removed, copied: found.copied.map(({ path }) => path) };
}

const before = tableOf(
  'leading opt d',
  'added opt/a',
  'added opt/b f 5',
  'added opt/d d',
  'added opt/d/x',
  'hidden usr/y',
);

describe('the update of a copy', () => {
  it('is nothing if nothing changed', () => {
    expect(stale(before, before)).toEqual({ removed: [], copied: [] });
  });

  it('copies a changed file again, and the folders above it', () => {
    expect(stale(before, before, 'opt/d/x')).toEqual({ removed: ['opt/d/x'], copied: ['opt', 'opt/d', 'opt/d/x'] });
  });

  it('sets owner and mode of a changed folder, and keeps what is in it', () => {
    expect(stale(before, before, 'opt/d')).toEqual({ removed: [], copied: ['opt', 'opt/d'] });
  });

  it('copies what is new, and removes what is gone', () => {
    const after = tableOf('leading opt d', 'added opt/a', 'added opt/c', 'added opt/d d', 'hidden usr/y');
    expect(stale(before, after, 'opt', 'opt/c', 'opt/d')).toEqual({
      removed: ['opt/b', 'opt/d/x'],
      copied: ['opt', 'opt/c', 'opt/d'],
    });
  });

  it('removes what another type replaces, and a mark of a deletion that is none any more', () => {
    const after = tableOf('leading opt d', 'added opt/a d', 'added opt/b f 5', 'added opt/d', 'changed usr/y');
    expect(stale(before, after, 'opt', 'opt/a', 'opt/d', 'usr/y')).toEqual({
      removed: ['opt/a', 'opt/d', 'opt/d/x', 'usr/y'],
      copied: ['opt', 'opt/a', 'opt/d', 'usr/y'],
    });
  });

  it('is unknown if a file came with a folder that was moved', () => {
    const after = tableOf('leading opt d', 'added opt/a', 'added opt/b f 5', 'added opt/e d', 'added opt/e/x');
    expect(stale(before, after, 'opt', 'opt/e')).toBeUndefined();
  });
});

it('finds the sources that bytecode names the time of', () => {
  const paths = [
    ...[
      'opt/__pycache__/shop.cpython-311.pyc',
      'opt/__pycache__/a.b.pypy39.opt-1.pyc',
      '__pycache__/top.cpython-311.pyc',
    ],
    ...['opt/old.pyc', 'opt/shop.py', 'opt/notes.py', 'opt/__pycache__/odd.pyc'],
  ];
  expect([...findSources(paths.map((path) => ({ path })))]).toEqual([
    ...['opt/shop.py', 'opt/a.b.py', 'top.py', 'opt/old.py', 'opt/__pycache__/odd.py'],
  ]);
});
