import { listNetworks } from '../../containers/network/observe-networks.ts';
import { listPlace } from '../../observe/find-workspace.ts';
import { nameResource } from '../../observe/place.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { MakingIntent } from '../snapshot-intent.ts';

/**
 * Removes all of a workspace that was being made of a copy, unless its container
 * has its name: then it is complete, and `up` does the rest. Returns whether it is.
 */
export async function undoMaking(
  { snapshotData }: Pick<Context, 'snapshotData'>,
  engine: Engine,
  { place, transaction, volumes }: MakingIntent,
): Promise<boolean> {
  await (await snapshotData()).clean(transaction);
  const { containers, services } = await listPlace(engine, place);
  if (containers.some(({ name }) => name === nameResource(place))) return true;
  for (const { id } of [...containers, ...services]) await engine.runtime.remove(id);
  for (const { name } of await listNetworks(engine.networks, place)) await engine.networks.remove(name);
  for (const name of volumes) await engine.volumes.remove(name);
  return false;
}
