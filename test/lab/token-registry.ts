import { randomBytes } from 'node:crypto';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to a registry or a token server. */
export interface SeenRequest {
  readonly path: string;
  /** The Authorization header; empty if there was none. */
  readonly authorization: string;
}

export interface TokenRegistry extends AsyncDisposable {
  /** `10.201.7.1:41234` */
  readonly host: string;
  readonly seen: readonly SeenRequest[];
  /** The login of this registry. */
  readonly login: { readonly username: string; readonly password: string };
}

export interface TokenRegistryOptions {
  /** An address of this machine. */
  readonly address: string;
  /** The registry that has the images, with a plain login. Absent: this registry has no images. */
  readonly behind?: { readonly host: string; readonly username: string; readonly password: string };
  /** The token server that it names. Default: its own. */
  readonly realm?: string;
  /** Seconds until a token expires, as it says. */
  readonly lifetime?: number;
  /** Answers a request to `/token` or `/v2/…` itself; false: the usual answer is given. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A registry that takes tokens only and issues them for a login. It keeps its images in another registry. */
export async function startTokenRegistry(options: TokenRegistryOptions): Promise<TokenRegistry> {
  const { address, behind, lifetime = 300 } = options;
  const login = { username: 'ada', password: randomBytes(8).toString('hex') };
  const basic = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  const tokens = new Map<string, number>();
  const seen: SeenRequest[] = [];
  const server = createServer((asked, response) => {
    const path = asked.url ?? '';
    const { authorization = '' } = asked.headers;
    seen.push({ path, authorization });
    if (options.answer?.(asked, response) === true) return;
    if (path.startsWith('/token')) {
      if (authorization !== basic) return void response.writeHead(401).end();
      const token = randomBytes(16).toString('hex');
      tokens.set(`Bearer ${token}`, Date.now() + lifetime * 1_000);
      return void response.end(JSON.stringify({ token, expires_in: lifetime }));
    }
    if (Date.now() < (tokens.get(authorization) ?? 0)) {
      if (behind !== undefined) return passOn(behind, asked, response);
      return void response.writeHead(404).end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
    }
    const realm = options.realm ?? `http://${host}/token`;
    response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="${realm}",service="the registry"` });
    response.end('{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const host = `${address}:${String((server.address() as AddressInfo).port)}`;
  return {
    ...{ host, seen, login },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function passOn(
  { host, username, password }: NonNullable<TokenRegistryOptions['behind']>,
  asked: IncomingMessage,
  response: ServerResponse,
): void {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  // The Host header stays, so that addresses in answers lead here.
  const headers = { ...asked.headers, authorization };
  const sent = request(`http://${host}${asked.url ?? ''}`, { method: asked.method ?? 'GET', headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  sent.on('error', () => response.destroy());
  asked.pipe(sent);
}
