import { DevenvError } from '../../errors/devenv-error.ts';
import { ask, askJson, readMessage } from './connection/ask.ts';
import type { Connection } from './connection/connection.ts';
import { refused } from './connection/engine-failure.ts';
import { Fields } from './connection/fields.ts';
import { namePath } from './images/reference.ts';

/** Names of the networks that carry all labels, sorted. */
export async function listNetworks(connection: Connection, labels: readonly string[]): Promise<string[]> {
  const query = { filters: JSON.stringify({ label: labels }) };
  const call = { method: 'GET', path: '/networks', purpose: 'list networks', query, repeat: 'always' } as const;
  return Fields.each(await askJson(connection, call))
    .map((network) => network.text('Name'))
    .sort();
}

/** A network of that name is kept as it is. */
export async function createNetwork(
  connection: Connection,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const body = {
    Name: decodeURIComponent(namePath(name)),
    CheckDuplicate: true,
    Labels: labels,
    Options: await readPacketSize(connection),
  };
  const purpose = `make the network ${name}`;
  const call = { method: 'POST', path: '/networks/create', purpose, body } as const;
  const { status, text } = await ask(connection, call, [400, 403, 409, 500]);
  const message = readMessage(text);
  if (status < 400 || status === 409 || /already (exists|used)/i.test(message)) return;
  if (!/non-overlapping|predefined address pools|free (sub)?network/i.test(message))
    throw refused(purpose, status, message);
  throw new DevenvError('ENGINE_REFUSED', 'The engine has no addresses left for one more network.', {
    hint: 'Remove networks that nobody uses, with `docker network prune`, or workspaces, with `devenv destroy`.',
  });
}

const packetSize = 'com.docker.network.driver.mtu';

/** Docker tells the size of packets, which dockerd was given, to its own network alone: any other hangs where packets are smaller. */
async function readPacketSize(connection: Connection): Promise<Readonly<Record<string, string>>> {
  if (connection.podman) return {};
  const call = {
    method: 'GET',
    path: '/networks/bridge',
    purpose: 'look at the network bridge',
    repeat: 'always',
  } as const;
  const { [packetSize]: size } = new Fields(await askJson(connection, call, [404])).map('Options');
  return size === undefined ? {} : { [packetSize]: size };
}

/** Nothing to remove is no error, nor is a network that something else is still on: that one stays. */
export async function removeNetwork(connection: Connection, name: string): Promise<void> {
  const call = {
    method: 'DELETE',
    path: `/networks/${namePath(name)}`,
    purpose: `remove the network ${name}`,
  } as const;
  const { status, text } = await ask(connection, { ...call, repeat: 'lost' }, [403, 404, 409, 500]);
  const message = readMessage(text);
  if (status < 400 || status === 404) return;
  if (!/active endpoints|being used|not found|in use/i.test(message)) throw refused(call.purpose, status, message);
}

/**
 * Puts a container on a network under more names, running or not. What is left
 * of an earlier network of that name goes first: an engine does not start a
 * container whose network was removed, though another one has its name now.
 */
export async function connectNetwork(
  connection: Connection,
  name: string,
  container: string,
  aliases: readonly string[],
): Promise<void> {
  const path = `/networks/${namePath(name)}`;
  const id = decodeURIComponent(namePath(container));
  const leave = { method: 'POST', path: `${path}/disconnect`, purpose: 'leave a network' } as const;
  await ask(connection, { ...leave, body: { Container: id, Force: true } }, [403, 404, 409, 500]);
  const join = { method: 'POST', path: `${path}/connect`, purpose: 'put the container on its network' } as const;
  await ask(connection, { ...join, body: { Container: id, EndpointConfig: { Aliases: aliases } } });
}
