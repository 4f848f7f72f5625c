import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Code } from '../../errors/catalogue.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Proxies } from '../../model/network/proxies.ts';
import { refusingLookup } from './refusing-lookup.ts';
import { sendRequest } from './send-request.ts';

export interface Opening {
  readonly accept: string;
  /** Lets the server compress the body, which is unpacked here. Without it, the body is what the server has. */
  readonly compressed?: boolean;
  readonly signal: AbortSignal;
  readonly proxies: Proxies;
  /** A login for the host of the address alone: no redirect to another one gets it. */
  readonly authorization?: string | undefined;
  /** The error code for a redirect that is not followed. */
  readonly code: Code;
  /** Returns the error for a host that must not be contacted. Gets the name, then each address that it resolves to. */
  readonly refuse?: ((host: string) => Error | undefined) | undefined;
}

export interface Opened {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

const mostRedirects = 10;

/**
 * GETs an address and follows redirects, but not from https to http. Asks
 * `refuse` about each host before anything is sent to it.
 */
export async function openResponse(address: string, opening: Opening): Promise<Opened> {
  let url = new URL(address);
  const { origin } = url;
  for (let redirects = 0; ; redirects += 1) {
    [url.username, url.password] = ['', ''];
    const response = await get(url, url.origin === origin ? opening : { ...opening, authorization: undefined });
    const { statusCode: status = 0, headers } = response;
    if (headers.location === undefined || ![301, 302, 303, 307, 308].includes(status))
      return { status, headers, body: unpack(response, opening) };
    response.destroy();
    const refused = (why: string): DevenvError => new DevenvError(opening.code, `${address} redirects ${why}.`);
    if (redirects === mostRedirects) throw refused('again and again');
    const next = URL.canParse(headers.location, url.href) ? new URL(headers.location, url) : undefined;
    if (next === undefined || !['http:', 'https:'].includes(next.protocol)) throw refused('to no web address');
    if (url.protocol === 'https:' && next.protocol !== 'https:') throw refused('to an address without encryption');
    url = next;
  }
}

async function get(url: URL, opening: Opening): Promise<IncomingMessage> {
  const { accept, compressed = false, signal, proxies, authorization, refuse } = opening;
  const refused = refuse?.(url.hostname);
  if (refused !== undefined) throw refused;
  const headers = {
    ...{ accept, 'accept-encoding': compressed ? 'gzip' : 'identity', 'user-agent': 'devenv' },
    ...(authorization !== undefined && { authorization }),
  };
  const lookup = refuse === undefined ? undefined : refusingLookup(refuse);
  return sendRequest(url, proxies, { method: 'GET', headers, signal, lookup });
}

function unpack(response: IncomingMessage, { compressed = false }: Opening): Readable {
  if (!compressed || response.headers['content-encoding'] !== 'gzip') return response;
  return pipeline(response, createGunzip(), () => undefined);
}
