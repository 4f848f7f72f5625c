import { listNetworks } from '../../containers/network/observe-networks.ts';
import { listPlace } from '../../observe/find-workspace.ts';
import { nameResource } from '../../observe/place.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { MakingIntent } from '../snapshot-intent.ts';

/**
 * Removes a workspace that was being made from a copy. After a failure it stays
 * if its container has its final name: then `up` can finish it.
 */
export async function undoMaking(
  { snapshotData }: Pick<Context, 'snapshotData'>,
  engine: Engine,
  { place, transaction, volumes }: MakingIntent,
  why: 'failed' | 'interrupted',
): Promise<void> {
  await (await snapshotData()).clean(transaction);
  const { containers, services } = await listPlace(engine, place);
  if (why === 'failed' && containers.some(({ name }) => name === nameResource(place))) return;
  for (const { id } of [...containers, ...services]) await engine.runtime.remove(id);
  for (const { name } of await listNetworks(engine.networks, place)) await engine.networks.remove(name);
  for (const name of volumes) await engine.volumes.remove(name);
}
