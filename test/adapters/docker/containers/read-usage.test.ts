import { describe, expect, it } from 'vitest';
import { findFolder } from '../../../../src/adapters/docker/containers/read-usage.ts';

const id = '3da95385fb73f52d8511e207eed41d36e5d86d0af5c58773d0851a860dec39ac';

describe('findFolder', () => {
  it.each([
    [
      'one hierarchy',
      `0::/system.slice/docker-${id}.scope\n`,
      `/sys/fs/cgroup/system.slice/docker-${id}.scope/memory.current`,
    ],
    [
      'one of many',
      `5:cpu,cpuacct:/docker/${id}\n4:memory:/docker/${id}\n0::/docker/${id}\n`,
      `/sys/fs/cgroup/memory/docker/${id}/memory.usage_in_bytes`,
    ],
    [
      'a group of Podman below',
      `0::/machine.slice/libpod-${id}.scope/container\n`,
      `/sys/fs/cgroup/machine.slice/libpod-${id}.scope/memory.current`,
    ],
  ])('finds the account of a container: %s', (_, groups, usage) => {
    expect(findFolder(groups, id)?.usage).toBe(usage);
  });

  it.each([
    ['another container', `0::/docker/${id.replace('3', '4')}\n`],
    ['the way up', `0::/../docker/${id}\n`],
    ['an engine in a machine of its own', '0::/\n'],
  ])('believes no other process: %s', (_, groups) => {
    expect(findFolder(groups, id)).toBeUndefined();
  });
});
