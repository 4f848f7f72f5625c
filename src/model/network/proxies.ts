/** The proxies of a person. Addresses begin with `http://`, `https://` or `socks…://` and may hold a login. */
export interface Proxies {
  /** Proxies by kind of request. An empty address means none, even if `all` is set. */
  readonly http?: string;
  readonly https?: string;
  /** For requests without a more specific proxy. */
  readonly all?: string;
  /** Targets that need no proxy: hosts, domains, addresses, ranges, each perhaps with a port; `*` for everything. */
  readonly direct: readonly string[];
  /** Who says so: `http` → `HTTP_PROXY`, `~/.docker/config.json`. For people. */
  readonly sources: Readonly<Partial<Record<ProxyKey, string>>>;
}

export const proxyKeys = ['http', 'https', 'all', 'direct'] as const;
export type ProxyKey = (typeof proxyKeys)[number];

export const noProxies: Proxies = { direct: [], sources: {} };

/** This machine, or a container as seen by itself: no proxy can reach it for us. */
const loopback = ['localhost', '127.0.0.1', '::1'];

const addressesOf = ({ http, https, all }: Proxies): readonly string[] =>
  [http, https, all].filter((address): address is string => address !== undefined && address !== '');

const hasProxy = (proxies: Proxies): boolean => addressesOf(proxies).length > 0;

/** `NAME` → value in both cases, as programs expect them. `own`: names that no proxy can reach. Empty without proxies. */
export function listProxyVariables(proxies: Proxies, own: readonly string[] = []): Readonly<Record<string, string>> {
  if (!hasProxy(proxies)) return {};
  const { http = proxies.all, https = proxies.all, all, direct } = proxies;
  const values = {
    http_proxy: http,
    https_proxy: https,
    all_proxy: all,
    no_proxy: [...new Set([...direct, ...loopback, ...own])].join(','),
  };
  const set = Object.entries(values).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(set.flatMap(([name, value]) => [[name, value] as const, [name.toUpperCase(), value]]));
}

/** Every text that would tell the login of a proxy: as it is written, decoded, and as a header holds it. */
export function listProxySecrets(proxies: Proxies): readonly string[] {
  return addressesOf(proxies).flatMap((address) => {
    const { username, password } = new URL(address);
    // A name alone is a token.
    const secret = password === '' ? username : password;
    return secret === '' ? [] : [secret, decode(secret), encodeBasic(decode(username), decode(password))];
  });
}

/** The value of a `Proxy-Authorization` header; absent for a proxy without a login. */
export function authorizeAt(proxy: string): string | undefined {
  const { username, password } = new URL(proxy);
  return username === '' ? undefined : `Basic ${encodeBasic(decode(username), decode(password))}`;
}

/** The address for people, without its password. */
export function describeProxy(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  else if (url.username !== '') url.username = '***';
  return url.href.replace(/\/$/, '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function encodeBasic(user: string, password: string): string {
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return btoa(String.fromCharCode(...bytes));
}
