import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { DevenvError } from '../../errors/devenv-error.ts';
import { chooseProxy } from '../../model/network/choose-proxy.ts';
import { authorizeAt, describeProxy, type Proxies } from '../../model/network/proxies.ts';

interface Sending {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
  /** How a name is looked up, if no proxy does so. */
  readonly lookup?: LookupFunction | undefined;
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized'>;
}

/**
 * Sends one request, by the proxy that is chosen for its address: https through
 * a tunnel, http as a whole address. Follows no redirect. Throws PROXY_DENIED
 * if the proxy wants a login, and else errors of Node.
 */
export async function sendRequest(url: URL, proxies: Proxies, sending: Sending): Promise<IncomingMessage> {
  const proxy = chooseProxy(proxies, url);
  if (proxy === undefined) {
    const { lookup, tls } = sending;
    return exchange(url, sending, { ...(lookup !== undefined && { lookup }), ...(tls && { ...tls, agent: false }) });
  }
  requireHttp(proxy);
  if (url.protocol === 'https:') return tunnel(url, proxy, sending);
  const response = await exchange(new URL(proxy), sending, {
    ...{ path: url.href, agent: false },
    headers: { ...sending.headers, host: url.host, ...authorization(proxy) },
  }).catch((error: unknown) => {
    throw unreachable(proxy, error);
  });
  if (response.statusCode !== 407) return response;
  response.destroy();
  throw denied(proxy);
}

async function tunnel(url: URL, proxy: string, sending: Sending): Promise<IncomingMessage> {
  const socket = await openTunnel(url, proxy, sending.signal);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const servername = isIP(host) === 0 ? host : '';
  try {
    return await exchange(url, sending, {
      createConnection: () => connectTls({ ...sending.tls, socket, host, servername }),
    });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** A connection through the proxy to the host of an address. */
function openTunnel(url: URL, proxy: string, signal: AbortSignal): Promise<Socket> {
  const target = `${url.hostname}:${url.port || '443'}`;
  return new Promise((resolve, reject) => {
    const headers = { host: target, ...authorization(proxy) };
    const request = open(new URL(proxy), { method: 'CONNECT', path: target, headers, signal, agent: false });
    request.on('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(
        statusCode === 407
          ? denied(proxy)
          : new Error(`the proxy ${describeProxy(proxy)} answered with status ${String(statusCode)}`),
      );
    });
    request.on('error', (error) => reject(unreachable(proxy, error)));
    request.end();
  });
}

function exchange(url: URL, { method, headers, body, signal }: Sending, how: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = open(url, { method, headers, signal, ...how });
    request.on('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
}

/** A login in the address would become a header for the server itself. */
const open = (url: URL, options: RequestOptions): ClientRequest => {
  const plain = new URL(url);
  [plain.username, plain.password] = ['', ''];
  return (url.protocol === 'https:' ? httpsRequest : httpRequest)(plain, options);
};

function authorization(proxy: string): OutgoingHttpHeaders {
  const value = authorizeAt(proxy);
  return value === undefined ? {} : { 'proxy-authorization': value };
}

function requireHttp(proxy: string): void {
  if (/^https?:/.test(proxy)) return;
  throw new DevenvError('USAGE', `The proxy ${describeProxy(proxy)} is of no kind that devenv itself can use.`, {
    hint: 'Set HTTP_PROXY and HTTPS_PROXY to an http proxy, or to an empty text to reach the network without one.',
  });
}

const unreachable = (proxy: string, error: unknown): Error => {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`the proxy ${describeProxy(proxy)} cannot be reached: ${reason}`, { cause: error });
};

function denied(proxy: string): DevenvError {
  const login = authorizeAt(proxy) !== undefined;
  return new DevenvError(
    'PROXY_DENIED',
    `The proxy ${describeProxy(proxy)} ${login ? 'refused the login' : 'asks for a login, and none was given'}.`,
  );
}
