import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { rootCertificates } from 'node:tls';
import { noProxies, type Proxies } from '../../model/network/proxies.ts';
import { refusingLookup } from '../http/refusing-lookup.ts';
import { sendRequest } from '../http/send-request.ts';

export interface RegistryRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form by POST. */
  readonly form?: URLSearchParams;
  /** Default: POST with a form, else GET. */
  readonly method?: 'DELETE';
  /** Accept any certificate, as an engine does for a registry that it calls insecure. */
  readonly insecure?: boolean;
  /** Bytes of an answer; default: enough for a token or a manifest. */
  readonly limit?: number;
  /** Milliseconds for a whole answer. */
  readonly timeout?: number;
  /** Absent: none. */
  readonly proxies?: Proxies;
  /** Returns the error for a host that must not be contacted. Gets the name, then each address that it resolves to. */
  readonly refuse?: ((host: string) => Error | undefined) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

const untrusted = new Set([
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
]);

/**
 * Sends one request and reads the whole answer, with limits of size and time.
 * Follows no redirect. Trusts the authorities of Node; if they do not know the
 * server, also those of the system and of /etc/docker/certs.d, as engines do.
 */
export async function requestRegistry(request: RegistryRequest): Promise<RegistryAnswer> {
  try {
    return await send(request);
  } catch (error) {
    if (!untrusted.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return send(request, [...rootCertificates, ...readAuthorities(new URL(request.url).host)]);
  }
}

async function send(request: RegistryRequest, ca?: readonly string[]): Promise<RegistryAnswer> {
  const { form, refuse, insecure = false, proxies = noProxies, limit: most = 1024 * 1024, timeout = 20_000 } = request;
  const url = new URL(request.url);
  const refused = refuse?.(url.hostname);
  if (refused !== undefined) throw refused;
  const lookup = refuse && refusingLookup(refuse);
  const body = form?.toString();
  const headers = {
    ...request.headers,
    ...(body !== undefined && { 'Content-Type': 'application/x-www-form-urlencoded' }),
  };
  const limit = AbortSignal.timeout(timeout);
  const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
  const method = request.method ?? (body === undefined ? 'GET' : 'POST');
  const tls = { rejectUnauthorized: !insecure, ...(ca && { ca: [...ca] }) };
  try {
    const response = await sendRequest(url, proxies, { method, headers, body, signal, tls, lookup });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw new Error('its answer is too long');
      chunks.push(chunk);
    }
    const { statusCode: status = 0, headers: received } = response;
    return { status, headers: received, bytes: Buffer.concat(chunks) };
  } catch (error) {
    throw limit.aborted ? new Error('it does not answer in time') : error;
  }
}

const bundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

function readAuthorities(host: string): string[] {
  return [...bundles, `/etc/docker/certs.d/${host}/ca.crt`, `/etc/containers/certs.d/${host}/ca.crt`].flatMap(
    (path) => {
      try {
        return [readFileSync(path, 'utf8')];
      } catch {
        return [];
      }
    },
  );
}
