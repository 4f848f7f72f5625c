import { pinReference } from './base/pin-reference.ts';
import { hashJson, hashItems } from '../lock/hash-json.ts';
import type { Environment } from '../model/environment.ts';
import type { Image } from '../model/image.ts';
import type { Digest, ServicePin } from '../model/version.ts';
import type { Service, ServiceBuild } from '../model/service.ts';
import { resolveDesiredItems } from '../lock/desired-items.ts';
import type { Images } from '../ports/images.ts';
import { providers } from '../providers/registry.ts';
import { type Project, serviceEnvironment } from '../observe/project.ts';
import { bundledName, pinnedName } from '../observe/version-image.ts';

export interface ServiceImage {
  /** Its name on this engine. */
  readonly reference: string;
  /** Equal for equal images; the same on every machine if it is pinned. */
  readonly identity: string;
  /** For the lock; absent for an image that no registry knows. */
  readonly pin?: ServicePin;
  readonly image: Image;
}

/** The lock's pin of a service's image, if devenv.yaml still asks for the same. */
export function findPin(project: Project, { name, source }: Service): ServicePin | undefined {
  const pin = project.lock?.services?.[name];
  if (pin === undefined) return undefined;
  if (source.kind === 'image') return 'image' in pin && pin.image === source.image ? pin : undefined;
  return 'build' in pin && pin.build === hashBuild(project, source.build) ? pin : undefined;
}

/** The identity of a service's image, if neither a registry nor a build has to be asked. */
export async function identifyServiceImage(
  images: Images,
  project: Project,
  service: Service,
): Promise<string | undefined> {
  const pin = findPin(project, service);
  return pin === undefined ? (await findServiceImage(images, project, service))?.identity : identifyPin(pin);
}

/** A service's image, if it is not built and this engine has it. Without a pin, an image of a registry does not count. */
export async function findServiceImage(
  images: Images,
  project: Project,
  service: Service,
): Promise<ServiceImage | undefined> {
  const { source } = service;
  if (source.kind === 'build') return undefined;
  const pin = findPin(project, service);
  const pinned = pin !== undefined && 'image' in pin ? pin : undefined;
  const { name } = project.environment;
  const named = pinned === undefined ? source.image : pinReference(source.image, pinned.digest);
  const bundled = pinned === undefined ? bundledName(name, source.image) : pinnedName(name, pinned.digest);
  const [reference, image] = await findNamed(images, [named, bundled]);
  if (image === undefined) return undefined;
  if (pinned !== undefined) return { reference, identity: identifyPin(pinned), pin: pinned, image };
  return reference === named && image.digests.length > 0 ? undefined : { reference, identity: image.id, image };
}

/** The first of these names that the engine has. */
async function findNamed(images: Images, names: readonly string[]): Promise<[string, Image | undefined]> {
  for (const name of names) {
    const image = await images.inspect(name);
    if (image !== undefined) return [name, image];
  }
  return ['', undefined];
}

export function identifyPin(pin: ServicePin): string {
  return 'image' in pin ? pin.digest : hashJson({ build: pin.build, resolved: pin.resolved });
}

function hashBuild(project: Project, build: ServiceBuild): Digest {
  return hashItems(desire(serviceEnvironment(project.environment, build), project));
}

/** The items of the image of a built service. */
export function desire(environment: Environment, { hashes }: Project): Project['desired'] {
  return resolveDesiredItems(environment, hashes, providers);
}
