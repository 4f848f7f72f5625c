import { DevenvError } from '../../errors/devenv-error.ts';
import type { Networks } from '../../ports/networks.ts';
import { ask, findJson, getJson, labelled, readMessage } from './connection/ask.ts';
import type { Connection } from './connection/connection.ts';
import { refused } from './connection/engine-failure.ts';
import { namePath } from './images/reference.ts';

/** The networks behind one connection. */
export const dockerNetworks = (connection: Connection): Networks => ({
  list: async (labels) =>
    (await getJson(connection, '/networks', 'list networks', { query: labelled(labels) }))
      .each()
      .map((network) => ({ name: network.text('Name'), labels: network.map('Labels') }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),

  create: async (name, { labels, internal }) => {
    const body = {
      Name: decodeURIComponent(namePath(name)),
      CheckDuplicate: true,
      Internal: internal,
      Labels: labels,
      Options: await readPacketSize(connection),
    };
    const purpose = `create the network ${name}`;
    const call = { method: 'POST', path: '/networks/create', purpose, body } as const;
    const { status, text } = await ask(connection, call, [400, 403, 409, 500]);
    const message = readMessage(text);
    if (status < 400 || status === 409 || /already (exists|used)/i.test(message)) return;
    if (!/non-overlapping|predefined address pools|free (sub)?network/i.test(message))
      throw refused(purpose, status, message);
    throw new DevenvError('ENGINE_REFUSED', 'The engine has no addresses left for another network.', {
      hint: 'Remove unused networks with `docker network prune`, or workspaces with `devenv destroy`.',
    });
  },

  remove: async (name) => {
    const path = `/networks/${namePath(name)}`;
    const call = { method: 'DELETE', path, purpose: `remove the network ${name}`, repeat: 'lost' } as const;
    const { status, text } = await ask(connection, call, [403, 404, 409, 500]);
    const message = readMessage(text);
    if (status < 400 || status === 404) return;
    if (!/active endpoints|being used|not found|in use/i.test(message)) throw refused(call.purpose, status, message);
  },

  // The old network is left first: an engine does not start a container whose network was removed and created again.
  connect: async (name, container, aliases) => {
    await leave(connection, name, container, /./);
    const path = `/networks/${namePath(name)}/connect`;
    const body = { Container: decodeURIComponent(namePath(container)), EndpointConfig: { Aliases: aliases } };
    await ask(connection, { method: 'POST', path, purpose: 'connect the container to its network', body });
  },

  disconnect: (name, container) => leave(connection, name, container, /not connected|not found|no such/i),
});

/** `accepted`: messages of failures after which the container is not on the network either. */
async function leave(connection: Connection, name: string, container: string, accepted: RegExp): Promise<void> {
  const path = `/networks/${namePath(name)}/disconnect`;
  const body = { Container: decodeURIComponent(namePath(container)), Force: true };
  const call = { method: 'POST', path, purpose: 'leave a network', body } as const;
  const { status, text } = await ask(connection, call, [403, 404, 409, 500]);
  const message = readMessage(text);
  if (status >= 400 && !accepted.test(message)) throw refused(call.purpose, status, message);
}

const packetSize = 'com.docker.network.driver.mtu';

/** Docker gives the daemon's packet size to its default bridge only; connections on other networks would hang. */
async function readPacketSize(connection: Connection): Promise<Readonly<Record<string, string>>> {
  if (connection.podman) return {};
  const bridge = await findJson(connection, '/networks/bridge', 'read the default network');
  const size = bridge?.map('Options')[packetSize];
  return size === undefined ? {} : { [packetSize]: size };
}
