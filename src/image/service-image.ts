import { pinReference } from './base/pin-reference.ts';
import { printCanonicalJson } from '../lock/canonical-json.ts';
import { hashText } from '../lock/hash-text.ts';
import { hashItems } from '../lock/shape.ts';
import type { Environment } from '../model/environment.ts';
import type { Image } from '../model/image.ts';
import type { Digest, ServicePin } from '../model/version.ts';
import type { Service, ServiceBuild } from '../model/workspace.ts';
import { resolveDesiredItems } from '../lock/desired-items.ts';
import type { Images } from '../ports/images.ts';
import { providers } from '../providers/registry.ts';
import { type Project, serviceEnvironment } from '../observe/project.ts';

export interface ServiceImage {
  /** Under which this engine has it. */
  readonly reference: string;
  /** What tells it from others; equal on every machine where it is pinned. */
  readonly identity: string;
  /** For the lock; absent for an image that no registry knows. */
  readonly pin?: ServicePin;
  readonly image: Image;
}

/** What devenv.yaml asks of a service's image is what the lock has pinned. */
export function findPin(project: Project, { name, source }: Service): ServicePin | undefined {
  const pin = project.lock?.services?.[name];
  if (pin === undefined) return undefined;
  if (source.kind === 'image') return 'image' in pin && pin.image === source.image ? pin : undefined;
  return 'build' in pin && pin.build === hashBuild(project, source.build) ? pin : undefined;
}

/** As far as it can be told without a registry and a build; absent where the lock has to be written first. */
export async function identifyServiceImage(
  images: Images,
  project: Project,
  service: Service,
): Promise<string | undefined> {
  const pin = findPin(project, service);
  if (pin !== undefined) return identifyPin(pin);
  if (service.source.kind === 'build') return undefined;
  const image = await images.inspect(service.source.image);
  return image === undefined || image.digests.length > 0 ? undefined : image.id;
}

/** A service's image where this engine has it, as far as it can be told without a build. */
export async function findServiceImage(
  images: Images,
  project: Project,
  service: Service,
): Promise<ServiceImage | undefined> {
  const { source } = service;
  if (source.kind === 'build') return undefined;
  const pin = findPin(project, service);
  const pinned = pin !== undefined && 'image' in pin ? pin : undefined;
  const reference = pinned === undefined ? source.image : pinReference(source.image, pinned.digest);
  const image = await images.inspect(reference);
  if (image === undefined) return undefined;
  if (pinned !== undefined) return { reference, identity: identifyPin(pinned), pin: pinned, image };
  return image.digests.length > 0 ? undefined : { reference, identity: image.id, image };
}

export function identifyPin(pin: ServicePin): string {
  return 'image' in pin ? pin.digest : hashText(printCanonicalJson({ build: pin.build, resolved: pin.resolved }));
}

function hashBuild(project: Project, build: ServiceBuild): Digest {
  return hashItems(desire(serviceEnvironment(project.environment, build), project));
}

/** What the image of a built service asks for. */
export function desire(environment: Environment, { hashes }: Project): Project['desired'] {
  return resolveDesiredItems(environment, hashes, providers);
}
