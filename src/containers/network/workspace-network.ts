import type { Environment } from '../../model/environment.ts';
import type { Networks } from '../../ports/networks.ts';
import { nameResource, selectPlace, type Place } from '../../observe/place.ts';

/** Name of a workspace's network; absent without services, since engines have few networks. */
export function resolveNetwork({ services }: Environment, place: Place): string | undefined {
  return services.length === 0 ? undefined : nameResource(place);
}

/** True if the engine has the network. */
export async function hasNetwork(networks: Networks, name: string, place: Place): Promise<boolean> {
  return (await networks.list(selectPlace('network', place))).includes(name);
}

/** Removes the unused networks of a workspace. */
export async function removeNetworks(networks: Networks, place: Place): Promise<void> {
  // Of any project name: it may have changed.
  const ending = nameResource({ ...place, project: '' }).slice('devenv-'.length);
  for (const name of await networks.list(selectPlace('network', place)))
    if (name.endsWith(ending)) await networks.remove(name);
}
