import { describe, expect, it } from 'vitest';
import { findUnsavedChanges } from '../../../src/capture/drift/unsaved-changes.ts';
import type { PathChange } from '../../../src/model/container.ts';

const change = (kind: PathChange['kind'], path: string): PathChange => ({ kind, path });

describe('findUnsavedChanges', () => {
  it('leaves out folders that are listed only because of what is in them', () => {
    const changes = [change('modified', '/usr'), change('modified', '/usr/bin'), change('added', '/usr/bin/jq')];
    expect(findUnsavedChanges(changes).map(({ path }) => path)).toEqual(['/usr/bin/jq']);
  });

  it('leaves out what no image keeps', () => {
    expect(findUnsavedChanges([{ ...change('added', '/srv/app.sock'), unkept: true }])).toEqual([]);
  });

  it('keeps a folder whose own mode changed', () => {
    expect(findUnsavedChanges([change('modified', '/opt')])).toHaveLength(1);
  });

  it.each([
    '/tmp/x',
    '/run/lock/a',
    '/var/log/dpkg.log',
    '/var/cache/apt/pkgcache.bin',
    '/home/dev/.cache/pip',
    '/home/dev/.bash_history',
    '/workspace',
    '/etc/hosts',
  ])('counts %s as nobody’s work', (path) => {
    expect(findUnsavedChanges([change('added', path)])).toEqual([]);
  });

  it.each(['/home/dev/.bashrc', '/etc/hostname2', '/var/lib/dpkg/status', '/runner/x', '/home/dev/.cachet'])(
    'keeps %s',
    (path) => {
      expect(findUnsavedChanges([change('deleted', path)])).toHaveLength(1);
    },
  );
});
