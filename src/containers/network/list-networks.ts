import { isNetworkOf, selectPlace, type Place } from '../../observe/place.ts';
import type { Network, Networks } from '../../ports/networks.ts';

/** Lists the networks of a workspace, whatever the project was called when they were created. */
export async function listNetworks(networks: Networks, place: Place): Promise<readonly Network[]> {
  return (await networks.list(selectPlace('network', place))).filter(({ name }) => isNetworkOf(place, name));
}
