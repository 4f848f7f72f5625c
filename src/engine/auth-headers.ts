import type { RegistryAuth } from '../ports/engine.ts';

/** The login as engines take it. Goes into a request and nowhere else: never log it. */
export function authHeaders(
  auth: RegistryAuth | undefined,
  when: 'known' | 'always' = 'known',
): Record<string, string> {
  if (auth === undefined && when === 'known') return {};
  const login = auth === undefined ? {} : toLogin(auth);
  return { 'X-Registry-Auth': Buffer.from(JSON.stringify(login)).toString('base64url') };
}

function toLogin({ username, password, server, identityToken }: RegistryAuth): object {
  if (identityToken !== undefined) return { identitytoken: identityToken, serveraddress: server };
  return { username, password, serveraddress: server };
}
