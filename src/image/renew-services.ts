import { printCanonicalJson } from '../lock/canonical-json.ts';
import type { ServicePin } from '../model/version.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import { provideServiceImage } from './provide-service-image.ts';
import { writeLock } from '../versions/write-lock.ts';

/**
 * Gets the newest image of each service and pins it. Gives the names of those
 * that run another one from the next `up` on. The caller holds the project.
 */
export async function renewServices(
  context: Context,
  held: Held,
  project: Project,
  allow: readonly string[],
): Promise<readonly string[]> {
  const { lock, environment } = project;
  if (lock === undefined) return [];
  const pins: Record<string, ServicePin> = { ...lock.services };
  const renewed: string[] = [];
  for (const service of environment.services) {
    const { name } = service;
    const { pin } = await provideServiceImage(context, project, service, { update: true, allow });
    const before = pins[name];
    if (pin === undefined || (before !== undefined && printCanonicalJson(before) === printCanonicalJson(pin))) continue;
    pins[name] = pin;
    renewed.push(name);
  }
  if (renewed.length > 0) await writeLock(context, held, project, { ...lock, services: pins });
  return renewed;
}
