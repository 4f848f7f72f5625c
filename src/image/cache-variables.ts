import type { Environment } from '../model/environment.ts';

/** Package caches that belong to the person; one volume per host user. */
export const personalCache = '/var/cache/devenv/personal';

/** `NAME=value`, by which package managers in a workspace use the shared caches. `home`: the user's. */
export function cacheVariables(environment: Environment, home: string): readonly string[] {
  return [...ofCaches, ...cargoVariables(environment, home)];
}

/** What package managers read to find their caches, all of which they themselves lock: any number may use them at once. */
const ofCaches: readonly string[] = [
  `XDG_CACHE_HOME=${personalCache}`,
  `npm_config_cache=${personalCache}/npm`,
  `PIP_CACHE_DIR=${personalCache}/pip`,
  `GOCACHE=${personalCache}/go-build`,
  `GOMODCACHE=${personalCache}/go-mod`,
];

/**
 * Cargo's locks are in the same folder as its caches, and so are the programs
 * that it installs, which belong to the version. Debian's cargo can be told of
 * both; rustup's cannot, and keeps to the workspace.
 */
function cargoVariables({ packages }: Environment, home: string): readonly string[] {
  const declared = packages['apt']?.some((spec) => /^(cargo|rustup)(?=$|[=:])/.test(spec)) === true;
  return declared ? [`CARGO_HOME=${personalCache}/cargo`, `CARGO_INSTALL_ROOT=${home}/.cargo`] : [];
}
