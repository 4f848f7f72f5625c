import { defaultNetwork, type Environment } from '../../model/environment.ts';
import type { Service } from '../../model/service.ts';
import type { Attachment } from '../../model/workspace.ts';
import { nameNetwork, type Place } from '../../observe/place.ts';
import type { Endpoint } from '../../plan/observed.ts';
import { workspaceAlias } from '../../plan/plan-container.ts';

/**
 * Lists the networks of a container, on the engine. Empty for the workspace if
 * there are no services, since engines have few networks, and for a container
 * that uses the network of something else. `service`: absent for the workspace.
 */
export function listEndpoints(environment: Environment, place: Place, service?: Service): readonly Endpoint[] {
  const { services, networks, compose } = environment;
  const { attachments, network } = service ?? environment;
  const idle = services.length === 0 && networks[defaultNetwork]?.internal !== true;
  const plain = idle ? [] : [{ network: defaultNetwork, aliases: [] }];
  const own = service ?? { name: compose?.workspace, aliases: [workspaceAlias] };
  const names = [own.name, ...(own.aliases ?? [])].filter((name) => name !== undefined);
  const sharers = listSharers(services, service?.name ?? '');
  return (network === undefined ? (attachments ?? plain) : []).map(({ network: name, aliases }) => ({
    network: nameNetwork(place, name, networks[name]?.internal ?? false),
    aliases: [...new Set([...names, ...aliases, ...sharers])],
  }));
}

/** Lists the networks on which a container has further names. */
export const listNamed = (attachments: readonly Attachment[] = []): readonly Attachment[] =>
  attachments.filter(({ aliases }) => aliases.length > 0);

/** Names of the services that use the network of a container: a service's, or '' for the workspace's. */
const listSharers = (services: readonly Service[], of: string): readonly string[] =>
  services.flatMap(({ name, network }) =>
    network?.kind === 'shared' && network.of === of ? [name, ...listSharers(services, name)] : [],
  );
