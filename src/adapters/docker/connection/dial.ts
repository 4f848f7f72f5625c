import { readFileSync } from 'node:fs';
import { connect as connectNet, type OnReadOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Programs } from '../../../ports/processes.ts';
import type { Address, TlsFiles } from './address.ts';

/**
 * Opens one connection; errors come as its `error` event. With `onread`, bytes
 * bypass the socket's buffer, whose content is lost when the connection breaks.
 */
export type Dial = (onread?: OnReadOpts) => Duplex;

/** Milliseconds until a connection must be established. */
const connectLimit = 10_000;

/** Prepares connections to an address. Loads TLS and ssh only if they are used. */
export async function makeDial(address: Address, programs?: Programs): Promise<Dial> {
  switch (address.kind) {
    case 'unix':
      return (onread) => limit(connectNet({ path: address.path, ...(onread && { onread }) }), 'connect');
    case 'tcp': {
      const { host, port, tls } = address;
      if (tls !== undefined) return makeTlsDial(host, port, tls);
      return (onread) => limit(connectNet({ host, port, noDelay: true, ...(onread && { onread }) }), 'connect');
    }
    case 'ssh': {
      const { SshSocket } = await import('./ssh-socket.ts');
      return (onread) => new SshSocket(address, programs, onread);
    }
  }
}

async function makeTlsDial(host: string, port: number, { folder, verify }: TlsFiles): Promise<Dial> {
  const { connect } = await import('node:tls');
  const { isIP } = await import('node:net');
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readOptional(folder, name));
  return (onread) => {
    const socket = connect({
      host,
      port,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: verify,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(onread && { onread }),
    });
    socket.setNoDelay(true);
    return limit(socket, 'secureConnect');
  };
}

function readOptional(folder: string, name: string): Buffer | undefined {
  if (folder === '') return undefined;
  try {
    return readFileSync(join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function limit<T extends Socket>(socket: T, connected: string): T {
  let last: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // If this process was busy, the connection may be established by an event that still waits.
    last = setImmediate(() => {
      socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    });
  }, connectLimit);
  const stop = (): void => {
    clearTimeout(timer);
    clearImmediate(last);
  };
  return socket.once(connected, stop).once('close', stop);
}
