import type { RegistryAuth } from '../../../ports/registry.ts';

/** The login as a header for engines. Never log it. */
export function authHeaders(
  auth: RegistryAuth | undefined,
  when: 'known' | 'always' = 'known',
): Record<string, string> {
  if (auth === undefined && when === 'known') return {};
  const login = auth === undefined ? {} : toLogin(auth);
  return { 'X-Registry-Auth': encode(JSON.stringify(login)) };
}

/** URL-safe base64 with padding, without which Docker 20 ignores the login. */
function encode(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function toLogin({ username, password, server, identityToken, registryToken }: RegistryAuth): object {
  if (registryToken !== undefined) return { registrytoken: registryToken, serveraddress: server };
  if (identityToken !== undefined) return { identitytoken: identityToken, serveraddress: server };
  return { username, password, serveraddress: server };
}
