/** Docker Hub's name in credential stores. */
export const hubServer = 'https://index.docker.io/v1/';

const hubHosts = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/**
 * The registry of an image reference, as logins are filed: host and port, or
 * Docker Hub's URL where the reference names no host.
 */
export function registryOf(reference: string): string {
  const slash = reference.indexOf('/');
  const first = slash === -1 ? '' : reference.slice(0, slash).toLowerCase();
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  return isHost && !hubHosts.has(first) ? first : hubServer;
}

/**
 * The registry that a key of `auths` or `credHelpers` names, in the same form.
 * Absent for keys with a path of their own: they are for part of a registry,
 * and their login is not sent to the rest of it.
 */
export function registryOfKey(key: string): string | undefined {
  const host = /^(?:https?:\/\/)?([^/]+)(?:\/|\/v1\/?|\/v2\/?)?$/i.exec(key)?.[1]?.toLowerCase();
  if (host === undefined) return undefined;
  return hubHosts.has(host) ? hubServer : host;
}
