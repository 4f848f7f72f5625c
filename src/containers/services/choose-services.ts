import { DevenvError } from '../../errors/devenv-error.ts';
import { suggestNearest } from '../../errors/suggest-nearest.ts';
import type { Service } from '../../model/service.ts';

/** Which services of profiles start besides those without one. */
export interface Chosen {
  readonly profiles?: readonly string[];
  /** Names of services. */
  readonly services?: readonly string[];
}

/** The services that start: those without a profile, those that were chosen, and all that they need. */
export function chooseServices(
  services: readonly Service[],
  { profiles = [], services: named = [] }: Chosen = {},
): readonly Service[] {
  const active = new Set<string>();
  const add = (service: Service): void => {
    if (active.has(service.name)) return;
    active.add(service.name);
    for (const need of services) if (service.dependsOn.some((one) => one.service === need.name)) add(need);
  };
  for (const service of services) {
    const of = service.profiles;
    if (of.length === 0 || named.includes(service.name) || of.some((profile) => profiles.includes(profile)))
      add(service);
  }
  return services.filter(({ name }) => active.has(name));
}

/** Throws USAGE for a profile that no service has. */
export function requireProfiles(services: readonly Service[], profiles: readonly string[]): void {
  const known = [...new Set(services.flatMap((service) => service.profiles))];
  const unknown = profiles.find((profile) => !known.includes(profile));
  if (unknown === undefined) return;
  throw new DevenvError('USAGE', `No service has the profile "${unknown}".`, {
    hint:
      known.length === 0
        ? 'No service has a profile.'
        : `${suggestNearest(unknown, known)}There are ${known.join(', ')}.`,
  });
}
