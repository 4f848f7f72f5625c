import type { Container } from '../model/container.ts';
import type { Decision } from './operation.ts';
import type { ObservedNetworks } from './observed.ts';

/** True for a container that a stop ends. */
export const runs = ({ state }: Container): boolean => ['running', 'paused', 'restarting'].includes(state);

/** Name of the workspace on the networks that it is on. */
export const workspaceAlias = 'workspace';

/** Networks that engines put a container on that names none. */
const engineNetworks = ['bridge', 'podman'];

/**
 * Decides what makes a container run whose image and settings fit, on its
 * networks. `of`: name of its service, '' for the workspace itself.
 */
export function planContainer(container: Container, networks: ObservedNetworks, of: string): readonly Decision[] {
  const { id } = container;
  switch (container.state) {
    case 'running':
    case 'restarting':
      return planConnections(container, networks, of);
    case 'paused':
      return [...planConnections(container, networks, of), { kind: 'unpause', container: id, cause: 'it is paused' }];
    case 'created':
    case 'exited':
      return [...planConnections(container, networks, of), { kind: 'start', container: id, cause: 'it is stopped' }];
    case 'dead':
    case 'removing':
      return [{ kind: 'recreate', container: id, cause: 'the engine gave it up' }];
  }
}

/** Joins what is missing before it leaves what is too much. */
function planConnections(
  { id: container, networks: on }: Container,
  { needed, left, endpoints }: ObservedNetworks,
  of: string,
): readonly Decision[] {
  const wanted = endpoints.get(of) ?? [];
  if (wanted.length === 0) return [];
  const find = (name: string): ObservedNetworks['needed'][number] | undefined =>
    needed.find((network) => network.name === name);
  const joined = wanted.flatMap((endpoint): readonly Decision[] => {
    const connect = { kind: 'connect', container, ...endpoint } as const;
    if (!on.includes(endpoint.network)) return [{ ...connect, cause: 'it is not on this network' }];
    return find(endpoint.network)?.there === false ? [{ ...connect, cause: 'its network was removed' }] : [];
  });
  const excess = on
    .filter((name) => left.includes(name) || find(name) !== undefined)
    .filter((name) => !wanted.some(({ network }) => network === name))
    .map((network): Decision => ({ kind: 'disconnect', container, network, cause: 'devenv.yaml does not name it' }));
  const sealed = wanted.every(({ network }) => find(network)?.internal);
  const open = (sealed ? on.filter((name) => engineNetworks.includes(name)) : []).map((network): Decision => ({
    ...{ kind: 'disconnect', container, network },
    cause: 'all its networks are internal',
  }));
  return [...joined, ...excess, ...open];
}
