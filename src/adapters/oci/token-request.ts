import { DevenvError } from '../../errors/devenv-error.ts';
import { asMap, parseJson } from '../../model/json.ts';
import type { RegistryAuth } from '../../ports/registry.ts';
import type { RegistryAnswer, RegistryRequest } from './registry-request.ts';

export interface Scope {
  /** Without registry and tag: `shop/env`. */
  readonly repository: string;
  readonly actions: 'pull' | 'pull,push' | 'pull,delete';
  readonly signal?: AbortSignal | undefined;
}

export interface Token {
  readonly auth: RegistryAuth;
  /** Milliseconds since the epoch; absent if it does not expire. */
  readonly expires?: number;
}

/** Milliseconds. The specification's default lifetime of a token is 60 s. */
export const defaultLifetime = 60_000;

/** The request that exchanges a login for a token. */
export function requestToken(
  realm: URL,
  service: string | undefined,
  { username, password, identityToken }: RegistryAuth,
  { repository, actions }: Scope,
): RegistryRequest {
  const values = {
    client_id: 'devenv',
    ...(service !== undefined && { service }),
    scope: `repository:${repository}:${actions}`,
  };
  const isAnonymous = username === '' && password === '' && identityToken === undefined;
  if (identityToken !== undefined) {
    const form = new URLSearchParams({ ...values, grant_type: 'refresh_token', refresh_token: identityToken });
    return { url: realm.href, form };
  }
  const url = new URL(realm);
  for (const [name, value] of Object.entries({ ...values, ...(!isAnonymous && { account: username }) }))
    url.searchParams.set(name, value);
  if (isAnonymous) return { url: url.href };
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  return { url: url.href, headers: { Authorization: `Basic ${basic}` } };
}

/** Reads the answer. Throws REGISTRY_DENIED, REGISTRY_UNREACHABLE. */
export function readToken({ status, bytes }: RegistryAnswer, server: string, host: string): Token {
  if (status === 400 || status === 401 || status === 403) {
    throw new DevenvError('REGISTRY_DENIED', `${host} refused the login for the registry ${server}.`);
  }
  const { token, access_token: other, expires_in: seconds } = asMap(parseJson(bytes.toString('utf8')));
  const found = typeof token === 'string' && token !== '' ? token : other;
  // It becomes part of a header.
  if (status !== 200 || typeof found !== 'string' || !/^[\x21-\x7e]{1,65536}$/.test(found)) {
    throw refuseAnswer(host, 'its answer has no token');
  }
  const lifetime = typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : defaultLifetime;
  return {
    auth: { username: '', password: '', registryToken: found, server },
    expires: Date.now() + lifetime,
  };
}

/** The error for a registry, or the host of its tokens, that does not answer as it should. */
export const refuseAnswer = (host: string, reason: string): DevenvError =>
  new DevenvError('REGISTRY_UNREACHABLE', `The registry ${host} does not answer correctly: ${reason}.`, {
    hint: /certificate|altname/i.test(reason)
      ? 'Check the name of the registry in devenv.yaml. If it is right, this machine must know the authority of its certificate: set NODE_EXTRA_CA_CERTS.'
      : 'devenv itself must reach the registry to log in. Check the network and run the same command again.',
  });
