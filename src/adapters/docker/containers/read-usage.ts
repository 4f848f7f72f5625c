import type { ContainerDetails } from '../../../model/container.ts';
import { isLocal } from '../connection/address.ts';
import { askJson } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { Fields } from '../connection/fields.ts';
import { readCgroupMemory } from './read-cgroup-memory.ts';
import { namePath } from '../images/reference.ts';

/** Bytes that each container with all labels has written, by id. The engine counts them now. */
export async function readSizes(
  connection: Connection,
  labels: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const query = { all: 'true', size: 'true', filters: JSON.stringify({ label: labels }) };
  const purpose = 'measure containers';
  const call = { method: 'GET', path: '/containers/json', purpose, query, repeat: 'always' } as const;
  return new Map(Fields.each(await askJson(connection, call)).map((one) => [one.text('Id'), one.number('SizeRw')]));
}

/** Bytes of memory that the programs of a container use, less what the kernel would give back at once; undefined where it does not run. */
export async function readMemory(
  connection: Connection,
  { id, pid }: Pick<ContainerDetails, 'id' | 'pid'>,
): Promise<number | undefined> {
  if (pid === 0) return undefined;
  const known = isLocal(connection.address) ? await readCgroupMemory(id, pid) : undefined;
  if (known !== undefined) return known;
  const path = `/containers/${namePath(id)}/stats`;
  // One look: two of them, a second apart, are for counting processor time.
  const query = { stream: 'false', 'one-shot': 'true' };
  const call = { method: 'GET', path, purpose: 'measure a container', query, repeat: 'always' } as const;
  const memory = new Fields(await askJson(connection, call, [404])).in('memory_stats');
  const usage = memory.number('usage');
  if (usage === 0) return undefined;
  const files = memory.in('stats');
  return Math.max(0, usage - (files.number('inactive_file') || files.number('total_inactive_file')));
}
