import { describeProxy, type Proxies } from '../../model/network/proxies.ts';
import type { EngineDescription } from '../../ports/engine.ts';

const kinds = ['http', 'https', 'all'] as const;

/** The proxies of the person, who says so, and those of the engine if they differ. Undefined if nobody has one. */
export function describeProxies(
  proxies: Proxies,
  engine: EngineDescription['proxies'],
): { readonly detail: string; readonly hint?: string } | undefined {
  const own = kinds.flatMap((kind) => {
    const address = proxies[kind] ?? '';
    return address === '' ? [] : [`${kind} by ${describeProxy(address)} (${proxies.sources[kind] ?? ''})`];
  });
  const direct =
    proxies.direct.length === 0 ? [] : [`not for ${proxies.direct.join(', ')} (${proxies.sources.direct ?? ''})`];
  const theirs = (['http', 'https'] as const).flatMap((kind) => {
    const address = engine?.[kind];
    return address === undefined ? [] : [`${kind} by ${mask(address)}`];
  });
  if (own.length === 0 && theirs.length === 0) return undefined;
  const said = own.length === 0 ? 'devenv uses none' : [...own, ...direct].join(', ');
  const same = (['http', 'https'] as const).every(
    (kind) => hostOf(proxies[kind] ?? proxies.all) === hostOf(engine?.[kind]),
  );
  if (same) return { detail: `${said}; the engine uses the same` };
  return {
    detail: `${said}; the engine uses ${theirs.length === 0 ? 'none' : theirs.join(', ')}`,
    hint: 'The engine pulls and pushes images with its own settings: https://docs.docker.com/engine/daemon/proxy/',
  };
}

const parse = (address: string): URL | undefined => {
  const whole = address.includes('://') ? address : `http://${address}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
};

const hostOf = (address = ''): string => {
  const url = parse(address);
  return url === undefined || address === ''
    ? ''
    : `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
};

const mask = (address: string): string => {
  const url = parse(address);
  return url === undefined ? 'an invalid address' : describeProxy(url.href);
};
