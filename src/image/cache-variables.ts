import type { Environment } from '../model/environment.ts';
import { ecosystems } from '../providers/registry.ts';

/** Where a workspace mounts the person's package caches: one volume for each user of the host. */
export const personalCache = '/var/cache/devenv/personal';

/**
 * `NAME=value`, so that package managers in a workspace use the person's
 * caches. They lock them themselves: several workspaces may use them at once.
 * `home`: the home folder of the workspace's user.
 */
export function cacheVariables(environment: Environment, home: string): readonly string[] {
  return [
    `XDG_CACHE_HOME=${personalCache}`,
    ...ecosystems.flatMap(({ caches }) => caches.variables(personalCache, environment, home)),
  ];
}
