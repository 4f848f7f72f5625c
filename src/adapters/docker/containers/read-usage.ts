import { readFile } from 'node:fs/promises';
import type { ContainerDetails } from '../../../model/container.ts';
import { isLocal } from '../connection/address.ts';
import { findJson, getJson, labelled } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { namePath } from '../images/reference.ts';

/** Bytes that each container with all labels has written, by id. The engine counts them now. */
export async function readSizes(
  connection: Connection,
  labels: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const query = { all: 'true', size: 'true', ...labelled(labels) };
  const found = await getJson(connection, '/containers/json', 'measure containers', { query });
  return new Map(found.each().map((one) => [one.text('Id'), one.number('SizeRw')]));
}

/**
 * Bytes of memory that the programs of a container use, without what the
 * kernel would free at once. Undefined if the container does not run.
 */
export async function readMemory(
  connection: Connection,
  { id, pid }: Pick<ContainerDetails, 'id' | 'pid'>,
): Promise<number | undefined> {
  if (pid === 0) return undefined;
  const known = isLocal(connection.address) ? await readCgroupMemory(id, pid) : undefined;
  if (known !== undefined) return known;
  // Two readings, a second apart, would only serve to measure processor time.
  const query = { stream: 'false', 'one-shot': 'true' };
  const stats = await findJson(connection, `/containers/${namePath(id)}/stats`, 'measure a container', { query });
  const memory = stats?.in('memory_stats');
  const usage = memory?.number('usage') ?? 0;
  if (memory === undefined || usage === 0) return undefined;
  const files = memory.in('stats');
  return Math.max(0, usage - (files.number('inactive_file') || files.number('total_inactive_file')));
}

/**
 * The same from the kernel's own files, much faster than from the engine.
 * Undefined if they are not readable, or if the process belongs to something
 * else: an engine that seems local may run in a virtual machine.
 */
async function readCgroupMemory(container: string, pid: number): Promise<number | undefined> {
  try {
    const groups = await readFile(`/proc/${String(pid)}/cgroup`, 'utf8');
    const folder = findFolder(groups, container);
    if (folder === undefined) return undefined;
    const [usage, stat] = await Promise.all([
      readFile(folder.usage, 'utf8'),
      readFile(`${folder.path}/memory.stat`, 'utf8'),
    ]);
    const spare = new RegExp(`^${folder.spare} (\\d+)$`, 'm').exec(stat)?.[1];
    return Math.max(0, Number(usage) - Number(spare ?? 0)) || undefined;
  } catch {
    return undefined;
  }
}

interface Folder {
  readonly path: string;
  readonly usage: string;
  /** Name of what the kernel would free at once. */
  readonly spare: string;
}

/** The container's accounting files, from lines like `0::/path` or `9:memory:/path`. */
export function findFolder(groups: string, container: string): Folder | undefined {
  for (const line of groups.split('\n')) {
    const [, controllers = '', ...rest] = line.split(':');
    // Podman makes a group below that of the container.
    const parts = rest.join(':').split('/');
    const own = parts.findIndex((part) => part.includes(container));
    if (own === -1 || parts.includes('..')) continue;
    const path = parts.slice(0, own + 1).join('/');
    if (controllers.split(',').includes('memory')) {
      const folder = `/sys/fs/cgroup/memory${path}`;
      return { path: folder, usage: `${folder}/memory.usage_in_bytes`, spare: 'total_inactive_file' };
    }
    if (controllers === '') {
      const folder = `/sys/fs/cgroup${path}`;
      return { path: folder, usage: `${folder}/memory.current`, spare: 'inactive_file' };
    }
  }
  return undefined;
}
