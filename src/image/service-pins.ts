import { printCanonicalJson } from '../lock/canonical-json.ts';
import type { ServicePins } from '../model/version.ts';
import type { Project } from '../observe/project.ts';
import { findPin, type ServiceImage } from './service-image.ts';

/** The images of every service that has a pin, and of no other: what the lock says, or should say. */
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
