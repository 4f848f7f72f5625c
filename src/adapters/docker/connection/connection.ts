import { Agent, type AgentOptions } from 'node:http';
import type { Proxies } from '../../../model/network/proxies.ts';
import type { Programs } from '../../../ports/processes.ts';
import { formatAddress, type Address } from './address.ts';
import { makeDial, type Dial } from './dial.ts';

/** One engine's address, how to reach it, and the API version in use. */
export interface Connection {
  readonly address: Address;
  /** The address, for people. */
  readonly name: string;
  readonly dial: Dial;
  /** Keeps connections open, for calls that may be repeated. */
  readonly agent: Agent;
  /** `/v1.47`; empty until it is negotiated. */
  readonly prefix: string;
  /** The engine's Server header said Libpod. */
  readonly podman: boolean;
  /** The engine offers BuildKit as its builder. */
  readonly buildKit: boolean;
  /** Tells the person something. */
  readonly note: (line: string) => void;
  /** For what devenv itself asks of registries. Absent: there are none. */
  readonly proxies?: (() => Promise<Proxies>) | undefined;
}

/** Prepares a connection; nothing is opened yet. */
export async function makeConnection(
  address: Address,
  programs?: Programs,
  note: Connection['note'] = () => undefined,
): Promise<Connection> {
  const dial = await makeDial(address, programs);
  // Without a name Node parses the Host header, 5 ms at the first call; `dial` knows the server.
  const options: AgentOptions & { servername: string } = { keepAlive: true, servername: '' };
  const agent = new Agent(options);
  Object.assign(agent, { createConnection: () => dial() });
  return { address, name: formatAddress(address), dial, agent, prefix: '', podman: false, buildKit: false, note };
}

/** The Host header, which engines require over a socket, too. */
export function hostHeader({ address }: Connection): string {
  if (address.kind !== 'tcp') return 'localhost';
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${String(address.port)}`;
}
