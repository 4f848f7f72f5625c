import { DevenvError } from '../../../errors/devenv-error.ts';

/** Where an engine listens. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsFiles }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      readonly user?: string;
      readonly port?: number;
      /** The socket on that machine, if not the default one. */
      readonly path?: string;
    };

/** A folder with `ca.pem`, `cert.pem` and `key.pem`, each optional. */
export interface TlsFiles {
  readonly folder: string;
  readonly verify: boolean;
}

/**
 * Reads `unix:///run/docker.sock`, `tcp://host:2375`, `https://host:2376`,
 * `ssh://user@host` or an absolute path. `tls` applies if the scheme does not
 * decide. Throws ENGINE_UNREACHABLE for anything else.
 */
export function parseAddress(text: string, tls?: TlsFiles): Address {
  if (text.startsWith('/')) return { kind: 'unix', path: text };
  const scheme = /^([a-z]+):\/\//.exec(text)?.[1];
  if (scheme === 'unix') return parseUnix(text.slice('unix://'.length), text);
  if (scheme === 'tcp' || scheme === 'http') return parseTcp(text, scheme === 'tcp' ? tls : undefined);
  if (scheme === 'https') return parseTcp(text, tls ?? { folder: '', verify: true });
  if (scheme === 'ssh') return parseSsh(text);
  throw invalid(text, 'it must begin with unix://, tcp://, https:// or ssh://');
}

/** The address as people write it. Never contains a password: parseAddress refuses one. */
export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return `unix://${address.path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  if (address.kind === 'tcp') return `tcp://${host}:${String(address.port)}`;
  const user = address.user === undefined ? '' : `${address.user}@`;
  const port = address.port === undefined ? '' : `:${String(address.port)}`;
  return `ssh://${user}${host}${port}${address.path ?? ''}`;
}

/** True if the engine shares this machine's files. */
export function isLocal(address: Address): boolean {
  if (address.kind !== 'tcp') return address.kind === 'unix';
  return address.host === 'localhost' || address.host === '::1' || address.host.startsWith('127.');
}

function parseUnix(path: string, text: string): Address {
  if (!path.startsWith('/')) throw invalid(text, 'the path of the socket must be absolute');
  return { kind: 'unix', path };
}

function parseTcp(text: string, tls: TlsFiles | undefined): Address {
  const { hostname, port, username, password, pathname, search, hash } = parseUrl(text);
  if (username !== '' || password !== '') throw invalid('tcp://…', 'a login in the address is not possible');
  if ((pathname !== '' && pathname !== '/') || search !== '' || hash !== '') {
    throw invalid(text, 'only a host and a port may follow');
  }
  const fallback = tls === undefined ? 2375 : 2376;
  const address = {
    kind: 'tcp',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? fallback : Number(port),
  } as const;
  return tls === undefined ? address : { ...address, tls };
}

function parseSsh(text: string): Address {
  const { hostname, port, username, password, pathname } = parseUrl(text);
  if (password !== '') throw invalid('ssh://…', 'a password in the address is not possible; use a key');
  const user = decodeURIComponent(username);
  // ssh takes a leading dash as an option.
  if (!/^[A-Za-z0-9_[][^\s]*$/.test(hostname)) throw invalid(text, 'the host name is not valid');
  if (user !== '' && !/^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/.test(user)) throw invalid(text, 'the user name is not valid');
  if (!/^\/?$|^\/[A-Za-z0-9_./-]+$/.test(pathname)) throw invalid(text, 'the path of the socket is not valid');
  return {
    kind: 'ssh',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(user === '' ? {} : { user }),
    ...(port === '' ? {} : { port: Number(port) }),
    ...(pathname.length > 1 ? { path: pathname } : {}),
  };
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    // The parser drops the default port of http and https.
    url = new URL(text.replace(/^https?:/, 'tcp:'));
  } catch {
    throw invalid(text, 'it is not a valid URL');
  }
  if (url.hostname === '') throw invalid(text, 'the host name is missing');
  return url;
}

function invalid(text: string, why: string): DevenvError {
  return new DevenvError('ENGINE_UNREACHABLE', `The engine address ${JSON.stringify(text)} cannot be used: ${why}.`, {
    hint: 'Write it like unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host.',
    // No other engine is looked for, and none is installed.
    data: { chosen: true },
  });
}
