import { DevenvError } from '../../errors/devenv-error.ts';

/** How a registry asks for a login. */
export type Challenge =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly realm: string; readonly service: string | undefined };

/** Reads a WWW-Authenticate header. Undefined if it has no challenge that devenv knows. */
export function parseChallenge(header: string): Challenge | undefined {
  // Quoted values first, so that no word in them is taken for a scheme.
  const values = new Map<string, string>();
  const rest = header.slice(0, 8_192).replace(/([a-z]{1,20})="([^"]*)"/gi, (_, name: string, value: string) => {
    if (!values.has(name.toLowerCase())) values.set(name.toLowerCase(), value);
    return '';
  });
  const schemes = rest.toLowerCase().split(/[\s,]+/);
  const realm = values.get('realm');
  if (schemes.includes('bearer') && realm !== undefined) {
    return { kind: 'bearer', realm, service: values.get('service') };
  }
  return schemes.includes('basic') ? { kind: 'basic' } : undefined;
}

/** Registries that are known to take tokens of another host. */
const known: Readonly<Record<string, string>> = {
  'registry-1.docker.io': 'auth.docker.io',
  'registry.gitlab.com': 'gitlab.com',
  'registry.digitalocean.com': 'api.digitalocean.com',
};

/**
 * The address to send a login to, if it belongs to the registry: on the
 * registry's own host, on the host that is known for it, or on the one that the
 * person named in TEAMVM_TOKEN_HOSTS (`registry=host`, separated by commas).
 * `isNamed`: only the person says so. Throws REGISTRY_UNTRUSTED. `registry`: the
 * address at which it answered.
 */
export function resolveRealm(
  realm: string,
  registry: URL,
  named: string | undefined,
): { readonly url: URL; readonly isNamed: boolean } {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const own = (named ?? '').split(',').map((pair) => pair.trim().split('='));
  const isNamed = own.some(([from, to]) => from === registry.host && to === url?.host);
  const isKnown = url?.hostname === registry.hostname || (url !== undefined && known[registry.host] === url.host);
  // A login that the registry itself receives encrypted is not sent in plain text.
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && registry.protocol === 'http:');
  if (url !== undefined && (isKnown || isNamed) && isSafe && url.username === '' && url.password === '')
    return { url, isNamed: !isKnown };
  const place = url === undefined ? 'an address that is not valid' : url.origin;
  throw new DevenvError('REGISTRY_UNTRUSTED', `The registry ${registry.host} asks to send its login to ${place}.`, {
    state: 'The login was not sent.',
    ...(url !== undefined &&
      !isKnown &&
      !isNamed && {
        hint: `If ${url.host} issues the tokens of that registry, set TEAMVM_TOKEN_HOSTS=${registry.host}=${url.host} and run the same command again.`,
      }),
    data: { registry: registry.host, realm: url?.origin ?? '' },
  });
}
