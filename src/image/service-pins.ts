import { printCanonicalJson } from '../lock/hash-json.ts';
import type { ServicePins } from '../model/version.ts';
import type { Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import type { Held } from '../ports/project-lock.ts';
import { writeLock } from '../versions/write-lock.ts';
import { findPin, type ServiceImage } from './service-image.ts';

/** The pins that the lock should have: of the services of devenv.yaml alone. `stale`: it has others. */
export function resolveServicePins(
  project: Project,
  images: ReadonlyMap<string, Pick<ServiceImage, 'pin'>>,
): { readonly pins: ServicePins; readonly stale: boolean } {
  const pins: ServicePins = Object.fromEntries(
    project.environment.services.flatMap((service) => {
      const pin = images.get(service.name)?.pin ?? findPin(project, service);
      return pin === undefined ? [] : [[service.name, pin]];
    }),
  );
  return { pins, stale: printCanonicalJson(pins) !== printCanonicalJson(project.lock?.services ?? {}) };
}

/** Writes the pins of services into the lock if it has others. */
export async function pinServices(
  context: Context,
  held: Held,
  project: Project,
  images: ReadonlyMap<string, ServiceImage>,
): Promise<void> {
  const { pins, stale } = resolveServicePins(project, images);
  if (project.lock !== undefined && stale) await writeLock(context, held, project, { ...project.lock, services: pins });
}
