import { asMap, parseJson } from '../../model/json.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Proxies, ProxyKey } from '../../model/network/proxies.ts';
import { proxyKeys } from '../../model/network/proxies.ts';

/** Texts of one source, as they are written there. An empty one means no proxy. */
type WrittenProxies = Readonly<Partial<Record<ProxyKey, string | readonly string[]>>>;

interface ProxySource {
  /** For people: where each value stands. */
  readonly name: (key: ProxyKey) => string;
  readonly values: WrittenProxies;
}

/**
 * The proxies of a person. Each value is that of the first source that has it;
 * an empty one says that there is none. Throws USAGE for what is no address,
 * naming its source and never its text.
 */
export function resolveProxies(sources: readonly ProxySource[]): Proxies {
  const found = proxyKeys.flatMap((key) => {
    const source = sources.find(({ values }) => values[key] !== undefined);
    const value = source?.values[key];
    return source === undefined || value === undefined ? [] : [{ key, value, name: source.name(key) }];
  });
  const values = found.map(({ key, value, name }) => [
    key,
    key === 'direct' ? splitHosts(value) : normalise(typeof value === 'string' ? value : '', name),
  ]);
  return {
    direct: [],
    ...(Object.fromEntries(values) as Partial<Proxies>),
    sources: Object.fromEntries(found.map(({ key, name }) => [key, name])),
  };
}

/** The proxy variables of an environment. As with curl, lower case comes first. */
export function readVariables(variables: Readonly<Record<string, string | undefined>>): ProxySource {
  const names: Readonly<Record<ProxyKey, string>> = {
    ...{ http: 'http_proxy', https: 'https_proxy', all: 'all_proxy', direct: 'no_proxy' },
  };
  const nameOf = (key: ProxyKey): string =>
    variables[names[key]] === undefined ? names[key].toUpperCase() : names[key];
  const values = proxyKeys.map((key) => [key, variables[nameOf(key)]] as const);
  return { name: nameOf, values: Object.fromEntries(values.filter(([, value]) => value !== undefined)) };
}

/** `proxies` of Docker's config.json: the entry of this engine, else the default one. Malformed parts are ignored. */
export function readDockerProxies(text: string, file: string, engine: string | undefined): ProxySource {
  const known = asMap(asMap(parseJson(text))['proxies']);
  const entry = asMap((engine === undefined ? undefined : known[engine]) ?? known['default']);
  const names: Readonly<Record<ProxyKey, string>> = {
    ...{ http: 'httpProxy', https: 'httpsProxy', all: 'allProxy', direct: 'noProxy' },
  };
  const values = proxyKeys.flatMap((key) => {
    const value = entry[names[key]];
    return typeof value === 'string' && value !== '' ? [[key, value] as const] : [];
  });
  return { name: () => file, values: Object.fromEntries(values) };
}

/** True if Docker's config.json has proxies for engines by their address. */
export const namesEngines = (text: string): boolean =>
  Object.keys(asMap(asMap(parseJson(text))['proxies'])).some((key) => key !== 'default');

const splitHosts = (value: string | readonly string[]): readonly string[] =>
  (typeof value === 'string' ? value.split(/[\s,]+/) : value).filter((host) => host !== '');

const ports: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** The address with a scheme (http, if it has none), a port, which programs do not agree on, and no path. */
function normalise(text: string, source: string): string {
  if (text.trim() === '') return '';
  const address = /^[a-z0-9]+:\/\//i.test(text) ? text.trim() : `http://${text.trim()}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^(?:https?|socks(?:4a?|5h?)?):$/.test(url.protocol) || url.hostname === '')
    throw new DevenvError('USAGE', `The proxy in ${source} is not an http, https or socks address.`, {
      hint: 'Correct it: http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with %40 for an @ in the password.',
    });
  const login = url.username === '' ? '' : `${url.username}:${url.password}@`;
  return `${url.protocol}//${login}${url.hostname}:${url.port || (ports[url.protocol] ?? '1080')}`;
}
