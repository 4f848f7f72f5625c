/** The service that a path switches on or describes; absent for all else. */
export function findService(path: string): { readonly name: string; readonly enables: boolean } | undefined {
  if (!path.startsWith('/etc/')) return undefined;
  const wanted = /^\/etc\/systemd\/(?:system|user)\/[^/]+\.(?:wants|requires)\/([^/]+)$/.exec(path)?.[1];
  const started = /^\/etc\/rc[2-5]\.d\/S\d\d([^/]+)$/.exec(path)?.[1];
  const other = /^\/etc\/rc[0-6S]\.d\/[SK]\d\d([^/]+)$/.exec(path)?.[1];
  const unit = /^\/etc\/systemd\/(?:system|user)\/([^/]+\.(?:service|socket|timer|path|mount))(?:\.d\/.*)?$/.exec(
    path,
  )?.[1];
  const script = /^\/etc\/init\.d\/([^/]+)$/.exec(path)?.[1];
  const name = wanted ?? started ?? other ?? unit ?? script;
  if (name === undefined) return undefined;
  return { name: name.replace(/\.service$/, ''), enables: wanted !== undefined || started !== undefined };
}
