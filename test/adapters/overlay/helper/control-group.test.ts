import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findControlGroup,
  findGroupOf,
  isGroupStill,
  letGroupGoOn,
} from '../../../../src/adapters/overlay/helper/control-group.ts';

const id = 'c0de'.repeat(16);
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'devenv-test-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Makes a file as the kernel has it, and gives its folder. */
function make(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return dirname(file);
}

describe('the control group of a container', () => {
  it.each([
    ['first version', `7:cpu,freezer:/docker/${id}\n0::/`, `sys/fs/cgroup/freezer/docker/${id}/freezer.state`],
    [
      'second version',
      `0::/system.slice/docker-${id}.scope\n`,
      `sys/fs/cgroup/system.slice/docker-${id}.scope/cgroup.freeze`,
    ],
    ['one with groups of its own below', `0::/docker/${id}/init.scope`, `sys/fs/cgroup/docker/${id}/cgroup.freeze`],
  ])('is found: %s', (_, groups, file) => {
    const folder = make(file, '');
    expect(findControlGroup(groups, id, root)).toBe(folder);
  });

  it.each([
    ['another’s', `0::/docker/${id.replace('c', 'x')}`],
    ['one that leads elsewhere', `0::/docker/${id}/../../..`],
    ['one that has no such file', `0::/docker/${id}/below`],
    ['of something that cannot keep it still', `3:memory:/docker/${id}`],
    ['nothing', ''],
  ])('is absent: %s', (_, groups) => {
    make('sys/fs/cgroup/cgroup.freeze', '0');
    expect(findControlGroup(groups, id, root)).toBeUndefined();
  });

  it('is absent for a process that is gone, or not the container’s', () => {
    expect(findGroupOf({ id, pid: 0 })).toBeUndefined();
    expect(findGroupOf({ id, pid: 2 ** 30 })).toBeUndefined();
    expect(findGroupOf({ id, pid: process.pid })).toBeUndefined();
  });

  it('is not still where it is gone', () => {
    expect(isGroupStill(join(root, 'gone'))).toBe(false);
    expect(() => letGroupGoOn(join(root, 'gone'))).not.toThrow();
  });

  it.each([
    ['freezer.state', 'FROZEN\n', true, 'THAWED'],
    ['freezer.state', 'FREEZING\n', false, 'THAWED'],
    ['freezer.state', 'THAWED\n', false, 'THAWED\n'],
    ['cgroup.freeze', '1\n', true, '0'],
    ['cgroup.freeze', '0\n', false, '0\n'],
  ])('goes on: %s holding %j', (file, text, still, after) => {
    const folder = make(`group/${file}`, text);
    expect(isGroupStill(folder)).toBe(still);
    letGroupGoOn(folder);
    expect(readFileSync(join(folder, file), 'utf8')).toBe(after);
  });
});
