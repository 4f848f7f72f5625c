import { describe, expect, it } from 'vitest';
import { DeltaWalk, type DeltaOptions } from '../../../../src/adapters/overlay/changes/delta-walk.ts';
import type { Row } from '../../../../src/adapters/overlay/helper/row.ts';
import { comparePaths } from '../../../../src/model/byte-path.ts';
import { makeRow } from '../make-row.ts';

const row = (path: string, type: string, parts: Partial<Row> = {}): Row => makeRow(path, { type, ...parts });
const old = { ctime: '0000000100.0000000000' };

interface Given extends Partial<DeltaOptions> {
  readonly upper: readonly Row[];
  readonly parent?: readonly Row[];
  readonly opaque?: readonly string[];
  readonly differing?: readonly string[];
  readonly base?: (path: string) => boolean;
}

/** What is decided, a line each: `added usr/a`. */
function decide({ upper, parent = [], opaque = [], differing = [], base = () => true, ...options }: Given): string[] {
  const none = (): boolean => false;
  const walk = new DeltaWalk({ since: undefined, own: none, leadsToMount: none, leaveOut: none, ...options });
  const paths = [...new Set([...upper, ...parent].map(({ path }) => path))].sort(comparePaths);
  return paths.flatMap((path) => {
    const [now, before] = [upper, parent].map((rows) => rows.find((each) => each.path === path));
    const twin = before && {
      ...{ same: before.type === now?.type, folder: before.type === 'd', differs: differing.includes(path) },
    };
    const found = { path, ...(now && { row: { ...now, opaque: opaque.includes(path), twin } }) };
    const inBase = walk.needsBase(found) ? base(path) : true;
    return walk.next(found, inBase).map((decision) => `${decision.kind} ${decision.path}`);
  });
}

const later = { since: '0000000150.0000000000' };

describe('DeltaWalk', () => {
  it('copies what is new with the folders that lead to it, and nothing for a folder that only leads', () => {
    const upper = [row('usr', 'd'), row('usr/a', 'f'), row('usr/b', 'f'), row('etc', 'd')];
    const decided = decide({ upper, parent: [row('usr', 'd'), row('etc', 'd'), row('usr/b', 'f')] });
    expect(decided).toEqual(['leading usr', 'added usr/a', 'changed usr/b']);
  });

  it('leads through every folder above, and to each of them once', () => {
    const upper = [row('a', 'd'), row('a/b', 'd'), row('a/b/c', 'f'), row('a/b/d', 'f'), row('a/e', 'f')];
    const decided = decide({ upper, parent: [row('a', 'd'), row('a/b', 'd')] });
    expect(decided).toEqual(['leading a', 'leading a/b', 'added a/b/c', 'added a/b/d', 'added a/e']);
  });

  it('leaves out the content of a folder, and keeps the folder where it is asked to', () => {
    const upper = [
      row('var', 'd'),
      row('var/log', 'd'),
      row('var/log/a', 'd'),
      row('var/log/a/x', 'f'),
      row('var/log/y', 'f'),
    ];
    const leaveOut = (path: string, isFolder: boolean): boolean => path.startsWith('/var/log') && !isFolder;
    const decided = decide({ upper, parent: [row('var', 'd'), row('var/log', 'd')], leaveOut });
    expect(decided).toEqual(['leading var', 'leading var/log', 'added var/log/a', 'left-out var/log']);
  });

  it('does not take a name that begins alike for the folder', () => {
    const upper = [row('a', 'd'), row('a.b', 'f'), row('a/b', 'f')];
    expect(decide({ upper, parent: [row('a', 'd')] })).toEqual(['leading a', 'added a/b', 'added a.b']);
  });

  it('hides what was deleted, and what a replaced folder hid', () => {
    const upper = [row('etc', 'd'), row('etc/motd', 'w'), row('doc', 'd'), row('etc/gone', 'w')];
    const parent = [row('etc', 'd'), row('etc/motd', 'f'), row('doc', 'd'), row('doc/a', 'd')];
    expect(decide({ upper, parent, opaque: ['doc'] })).toEqual([
      'leading doc',
      'hidden doc/a',
      'leading etc',
      'hidden etc/motd',
    ]);
  });

  it('lets the content of a folder go with it where a file took its place, which is as good as new', () => {
    const upper = [row('opt', 'd'), row('opt/x', 'f')];
    const parent = [row('opt', 'd'), row('opt/x', 'd')];
    expect(decide({ upper, parent })).toEqual(['leading opt', 'added opt/x']);
  });

  it('takes only what changed since the last capture', () => {
    const upper = [row('opt', 'd'), row('opt/old', 'f', old), row('opt/new', 'f')];
    const parent = [row('opt', 'd'), row('opt/old', 'f'), row('opt/new', 'f')];
    expect(decide({ ...later, upper, parent })).toEqual(['leading opt', 'changed opt/new']);
  });

  it('hides what the last capture brought and is gone, but not what lies in the image below', () => {
    const upper = [row('opt', 'd')];
    const parent = [row('opt', 'd'), row('opt/brought', 'f'), row('opt/base', 'f')];
    const decided = decide({ ...later, upper, parent, base: (path) => path === 'opt/base' });
    expect(decided).toEqual(['leading opt', 'hidden opt/brought']);
  });

  it('does not ask the image below of what is left out or hidden anyway', () => {
    const parent = [row('tmp', 'd'), row('tmp/a', 'f'), row('doc', 'd'), row('doc/a', 'f')];
    const base = (): boolean => {
      throw new Error('asked');
    };
    const decided = decide({
      ...{ ...later, parent, base, upper: [row('tmp', 'd'), row('doc', 'd')], opaque: ['doc'] },
      leaveOut: (path) => path.startsWith('/tmp/'),
    });
    expect(decided).toEqual(['leading doc', 'hidden doc/a']);
  });

  it('takes what a renamed folder brought, although it did not change itself', () => {
    const upper = [row('opt', 'd'), row('opt/new', 'd'), row('opt/new/file', 'f', old)];
    const parent = [row('opt', 'd'), row('opt/was', 'd')];
    const decided = decide({ ...later, upper, parent, base: () => false });
    expect(decided).toEqual(['leading opt', 'added opt/new', 'added opt/new/file', 'hidden opt/was']);
  });

  it('takes a file that came with a renamed folder and differs by its content alone', () => {
    const given = {
      ...later,
      upper: [row('opt', 'd'), row('opt/file', 'f', old)],
      parent: [row('opt', 'd'), row('opt/file', 'f')],
    };
    expect(decide(given)).toEqual([]);
    expect(decide({ ...given, differing: ['opt/file'] })).toEqual(['leading opt', 'changed opt/file']);
  });

  it('leaves out what is excluded, as its topmost path, and keeps sockets apart', () => {
    const upper = [row('tmp', 'd'), row('tmp/a', 'f'), row('tmp/b', 'f'), row('s', 's')];
    const leaveOut = (path: string): boolean => path.startsWith('/tmp');
    expect(decide({ upper, parent: [row('tmp', 'd')], leaveOut })).toEqual(['socket s', 'left-out tmp']);
  });

  it('hides the file in whose place a socket is', () => {
    expect(decide({ upper: [row('s', 's')], parent: [row('s', 'f')] })).toEqual(['hidden s', 'socket s']);
  });

  it('takes folders that lead to a mount only where something else is in them', () => {
    const leadsToMount = (path: string): boolean => ['/home', '/home/dev', '/home/dev/.m2'].includes(path);
    const own = (path: string): boolean => path.startsWith('/home/dev/.m2/repository');
    const given = { own, leadsToMount, parent: [row('home', 'd')] };
    const made = [
      row('home', 'd'),
      row('home/dev', 'd'),
      row('home/dev/.m2', 'd'),
      row('home/dev/.m2/repository', 'd'),
    ];
    expect(decide({ ...given, upper: made })).toEqual([]);
    expect(decide({ ...given, upper: [...made, row('home/dev/.profile', 'f')] })).toEqual([
      'leading home',
      'added home/dev',
      'added home/dev/.profile',
    ]);
  });
});
