import { describe, expect, it } from 'vitest';
import { addDifferent, decideDelta } from '../../src/engine/decide-delta.ts';
import type { Row } from '../../src/engine/read-rows.ts';

const row = (path: string, type: string, parts: Partial<Row> = {}): Row => ({
  path,
  type,
  facts: `${type} 0:0:755`,
  size: 0,
  allocated: 0,
  fine: false,
  mtime: 100,
  ctime: '0000000200.0000000000',
  ...parts,
});
const map = (...rows: Row[]): Map<string, Row> => new Map(rows.map((each) => [each.path, each]));
const first = { opaque: new Set<string>(), since: undefined, base: () => true, leaveOut: () => false };
const later = { ...first, since: '0000000150.0000000000' };
const old = { ctime: '0000000100.0000000000' };

describe('decideDelta', () => {
  it('copies what is new with the folders that lead to it, and nothing for a folder that only leads', () => {
    const upper = [row('usr', 'd'), row('usr/a', 'f'), row('etc', 'd')];
    const delta = decideDelta({ ...first, upper, parent: map(row('usr', 'd'), row('etc', 'd')) });
    expect(delta).toMatchObject({ copy: ['usr', 'usr/a'], leading: ['usr'], hide: [], changes: 1 });
  });

  it('hides what was deleted, and what a replaced folder hid', () => {
    const upper = [row('etc', 'd'), row('etc/motd', 'w'), row('doc', 'd'), row('etc/gone', 'w')];
    const parent = map(row('etc', 'd'), row('etc/motd', 'f'), row('doc', 'd'), row('doc/a', 'd'));
    const delta = decideDelta({ ...first, upper, parent, opaque: new Set(['doc']) });
    expect(delta.hide).toEqual(['doc/a', 'etc/motd']);
  });

  it('lets the content of a folder go with it where a file took its place', () => {
    const upper = [row('opt', 'd'), row('opt/x', 'f')];
    const parent = map(row('opt', 'd'), row('opt/x', 'd'));
    expect(decideDelta({ ...first, upper, parent })).toMatchObject({ copy: ['opt', 'opt/x'], hide: [] });
  });

  it('takes only what changed since the last capture', () => {
    const upper = [row('opt', 'd'), row('opt/old', 'f', old), row('opt/new', 'f')];
    const parent = map(row('opt', 'd'), row('opt/old', 'f'), row('opt/new', 'f'));
    expect(decideDelta({ ...later, upper, parent }).copy).toEqual(['opt', 'opt/new']);
  });

  it('hides what the last capture brought and is gone, but not what lies in the image below', () => {
    const upper = [row('opt', 'd')];
    const parent = map(row('opt', 'd'), row('opt/brought', 'f'), row('opt/base', 'f'));
    const delta = decideDelta({ ...later, upper, parent, base: (path) => path === 'opt/base' });
    expect(delta.hide).toEqual(['opt/brought']);
  });

  it('takes what a renamed folder brought, although it did not change itself', () => {
    const upper = [row('opt', 'd'), row('opt/new', 'd'), row('opt/new/file', 'f', old)];
    const parent = map(row('opt', 'd'), row('opt/was', 'd'), row('opt/was/file', 'f'));
    const delta = decideDelta({ ...later, upper, parent, base: () => false });
    expect(delta.copy).toEqual(['opt', 'opt/new', 'opt/new/file']);
    expect(delta.hide).toContain('opt/was');
  });

  it('doubts a file that may have come with a renamed folder', () => {
    const upper = [row('opt', 'd'), row('opt/file', 'f', { ...old, mtime: 120 })];
    const parent = map(row('opt', 'd'), row('opt/file', 'f', { mtime: 90 }));
    const delta = decideDelta({ ...later, upper, parent });
    expect(delta).toMatchObject({ copy: [], doubtful: ['opt/file'], changes: 0 });
    expect(addDifferent(delta, ['opt/file'], upper)).toMatchObject({
      copy: ['opt', 'opt/file'],
      leading: ['opt'],
      doubtful: [],
      changes: 1,
    });
  });

  it('leaves out what is excluded, as its topmost path, and keeps sockets apart', () => {
    const upper = [row('tmp', 'd'), row('tmp/a', 'f'), row('tmp/b', 'f'), row('s', 's')];
    const leaveOut = (path: string): boolean => path.startsWith('/tmp');
    const delta = decideDelta({ ...first, upper, parent: map(row('tmp', 'd')), leaveOut });
    expect(delta).toMatchObject({ copy: [], hide: [], leftOut: ['tmp'], sockets: ['s'], changes: 0 });
  });
});
