import type { Container } from '../model/container.ts';
import type { Decision } from './operation.ts';
import type { ObservedNetwork } from './observed.ts';

/** True for a container that a stop ends. */
export const runs = ({ state }: Container): boolean => ['running', 'paused', 'restarting'].includes(state);

/** Name of the workspace on the network of its services. */
export const workspaceAlias = 'workspace';

/** The network of a workspace's containers. */
export interface NetworkGoal extends ObservedNetwork {
  /** Name of the container on it. */
  readonly alias: string;
}

/** Decides what makes a container run whose image and settings fit, on its network if it has one. */
export function planContainer(container: Container, network: NetworkGoal | undefined): readonly Decision[] {
  const { id } = container;
  switch (container.state) {
    case 'running':
    case 'restarting':
      return planConnection(container, network);
    case 'paused':
      return [...planConnection(container, network), { kind: 'unpause', container: id, cause: 'it is paused' }];
    case 'created':
    case 'exited':
      return [...planConnection(container, network), { kind: 'start', container: id, cause: 'it is stopped' }];
    case 'dead':
    case 'removing':
      return [{ kind: 'recreate', container: id, cause: 'the engine gave it up' }];
  }
}

function planConnection({ id, networks }: Container, network: NetworkGoal | undefined): readonly Decision[] {
  if (network === undefined) return [];
  const connect = { kind: 'connect', container: id, network: network.name, alias: network.alias } as const;
  if (!networks.includes(network.name)) return [{ ...connect, cause: 'it is not on the network of the services' }];
  return network.there ? [] : [{ ...connect, cause: 'its network was removed' }];
}
