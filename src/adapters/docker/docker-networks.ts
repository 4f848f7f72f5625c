import { DevenvError } from '../../errors/devenv-error.ts';
import type { Networks } from '../../ports/networks.ts';
import { ask, askJson, readMessage } from './connection/ask.ts';
import type { Connection } from './connection/connection.ts';
import { refused } from './connection/engine-failure.ts';
import { Fields } from './connection/fields.ts';
import { namePath } from './images/reference.ts';

/** The networks behind one connection. */
export class DockerNetworks implements Networks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async list(labels: readonly string[]): Promise<string[]> {
    const query = { filters: JSON.stringify({ label: labels }) };
    const call = { method: 'GET', path: '/networks', purpose: 'list networks', query, repeat: 'always' } as const;
    return Fields.each(await askJson(this.#connection, call))
      .map((network) => network.text('Name'))
      .sort();
  }

  async create(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const body = {
      Name: decodeURIComponent(namePath(name)),
      CheckDuplicate: true,
      Labels: labels,
      Options: await readPacketSize(this.#connection),
    };
    const purpose = `make the network ${name}`;
    const call = { method: 'POST', path: '/networks/create', purpose, body } as const;
    const { status, text } = await ask(this.#connection, call, [400, 403, 409, 500]);
    const message = readMessage(text);
    if (status < 400 || status === 409 || /already (exists|used)/i.test(message)) return;
    if (!/non-overlapping|predefined address pools|free (sub)?network/i.test(message))
      throw refused(purpose, status, message);
    throw new DevenvError('ENGINE_REFUSED', 'The engine has no addresses left for one more network.', {
      hint: 'Remove networks that nobody uses, with `docker network prune`, or workspaces, with `devenv destroy`.',
    });
  }

  async remove(name: string): Promise<void> {
    const path = `/networks/${namePath(name)}`;
    const call = { method: 'DELETE', path, purpose: `remove the network ${name}`, repeat: 'lost' } as const;
    const { status, text } = await ask(this.#connection, call, [403, 404, 409, 500]);
    const message = readMessage(text);
    if (status < 400 || status === 404) return;
    if (!/active endpoints|being used|not found|in use/i.test(message)) throw refused(call.purpose, status, message);
  }

  /** An engine does not start a container whose network was removed, though another one has its name now: that one is left first. */
  async connect(name: string, container: string, aliases: readonly string[]): Promise<void> {
    const path = `/networks/${namePath(name)}`;
    const id = decodeURIComponent(namePath(container));
    const leave = { method: 'POST', path: `${path}/disconnect`, purpose: 'leave a network' } as const;
    await ask(this.#connection, { ...leave, body: { Container: id, Force: true } }, [403, 404, 409, 500]);
    const join = { method: 'POST', path: `${path}/connect`, purpose: 'put the container on its network' } as const;
    await ask(this.#connection, { ...join, body: { Container: id, EndpointConfig: { Aliases: aliases } } });
  }
}

const packetSize = 'com.docker.network.driver.mtu';

/** Docker applies the packet size that dockerd was given to its own bridge alone; connections on other networks would hang. */
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
