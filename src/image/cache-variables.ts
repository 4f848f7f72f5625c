import type { Environment } from '../model/environment.ts';
import { ecosystems } from '../providers/registry.ts';

/** Package caches that belong to the person; one volume per host user. */
export const personalCache = '/var/cache/devenv/personal';

/**
 * `NAME=value`, by which package managers in a workspace use the person's
 * caches, all of which they lock themselves: any number may use them at once.
 * `home`: the user's.
 */
export function cacheVariables(environment: Environment, home: string): readonly string[] {
  return [
    `XDG_CACHE_HOME=${personalCache}`,
    ...ecosystems.flatMap(({ caches }) => caches.variables(personalCache, environment, home)),
  ];
}
