import { Agent, type AgentOptions } from 'node:http';
import type { Programs } from '../../../ports/processes.ts';
import { formatAddress, type Address } from './address.ts';
import { makeDial, type Dial } from './dial.ts';

/** One engine's address, how to reach it, and the API version in use. */
export interface Connection {
  readonly address: Address;
  /** For people. */
  readonly name: string;
  readonly dial: Dial;
  /** Keeps connections for calls that may be repeated; the others get a fresh one each. */
  readonly agent: Agent;
  /** `/v1.47`; empty until it is negotiated. */
  readonly prefix: string;
  /** The engine's Server header said Libpod. */
  readonly podman: boolean;
}

/** Prepares a connection; nothing is opened yet. */
export async function makeConnection(address: Address, programs?: Programs): Promise<Connection> {
  const dial = await makeDial(address, programs);
  // `dial` knows the server's name. Working it out of the Host header costs Node 5 ms at the first call.
  const options: AgentOptions & { servername: string } = { keepAlive: true, servername: '' };
  const agent = new Agent(options);
  // The documented way to give an agent sockets of one's own.
  Object.assign(agent, { createConnection: () => dial() });
  return { address, name: formatAddress(address), dial, agent, prefix: '', podman: false };
}

/** The Host header. Over a socket the name means nothing, but the engine insists on one. */
export function hostHeader({ address }: Connection): string {
  if (address.kind !== 'tcp') return 'localhost';
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `${host}:${String(address.port)}`;
}
