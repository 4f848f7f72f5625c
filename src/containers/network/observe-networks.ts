import { defaultNetwork, type Environment } from '../../model/environment.ts';
import type { Container } from '../../model/container.ts';
import type { Service } from '../../model/service.ts';
import { isNetworkOf, nameNetwork, type Place, selectPlace } from '../../observe/place.ts';
import type { Endpoint, ObservedNetworks } from '../../plan/observed.ts';
import { workspaceAlias } from '../../plan/plan-container.ts';
import type { Networks, Network } from '../../ports/networks.ts';
import { listEndpoints } from './list-endpoints.ts';

interface NetworkUsers {
  readonly containers: readonly Container[];
  /** Containers of services. */
  readonly services: readonly Container[];
  /** Services that are to run. */
  readonly active: readonly Service[];
}

/** Observes the networks of a workspace. Asks the engine once if `networks` is given; else they are taken to be there. */
export async function observeNetworks(
  networks: Networks | undefined,
  environment: Environment,
  place: Place,
  { containers, services, active }: NetworkUsers,
): Promise<ObservedNetworks> {
  const used = [...containers, ...services].flatMap((one) => one.networks).filter((name) => isNetworkOf(place, name));
  const endpoints = new Map([
    ['', workspaceEndpoints(environment, place, containers)],
    ...environment.services.map((service) => [service.name, listEndpoints(environment, place, service)] as const),
  ]);
  const declared = new Set([...endpoints.values()].flat().map(({ network }) => network));
  if (declared.size + used.length === 0) return { needed: [], left: [], endpoints };
  const found = networks === undefined ? undefined : (await listNetworks(networks, place)).map(({ name }) => name);
  const internal = new Set(
    Object.entries(environment.networks).flatMap(([name, own]) =>
      own.internal ? [nameNetwork(place, name, true)] : [],
    ),
  );
  const needed = new Set(
    ['', ...active.map(({ name }) => name)].flatMap((of) => endpoints.get(of) ?? []).map(({ network }) => network),
  );
  return {
    needed: [...needed].map((name) => ({ name, internal: internal.has(name), there: found?.includes(name) ?? true })),
    left: [...new Set([...used, ...(found ?? [])])].filter((name) => !declared.has(name)),
    endpoints,
  };
}

/** A workspace that was once on a network of its own, and is on nothing else, stays on the default one without services. */
function workspaceEndpoints(
  environment: Environment,
  place: Place,
  containers: readonly Container[],
): readonly Endpoint[] {
  const own = listEndpoints(environment, place);
  const stays = containers.some(({ networks }) => networks.some((name) => isNetworkOf(place, name)));
  if (own.length > 0 || !stays || environment.network !== undefined) return own;
  const { internal = false } = environment.networks[defaultNetwork] ?? {};
  return [{ network: nameNetwork(place, defaultNetwork, internal), aliases: [workspaceAlias] }];
}

/** Lists the networks of a workspace, whatever the project was called when they were created. */
export async function listNetworks(networks: Networks, place: Place): Promise<readonly Network[]> {
  return (await networks.list(selectPlace('network', place))).filter(({ name }) => isNetworkOf(place, name));
}
