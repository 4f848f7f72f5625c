import { pinReference } from '../../image/base/pin-reference.ts';
import { findServiceImage } from '../../image/service-image.ts';
import { provideServiceImage } from '../../image/provide-service-image.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { BundleRole } from '../../model/bundle.ts';
import type { Image } from '../../model/image.ts';
import type { Version } from '../../model/version.ts';
import type { Project } from '../../observe/project.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import { localReference, pinnedName, provideVersion } from '../../observe/version-image.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import { fetchProof } from './pin-proof.ts';

/** An image that goes into a bundle. */
export interface CollectedImage {
  readonly role: BundleRole;
  /** The name by which other tools know it in the file. */
  readonly name: string;
  /** Its name on this engine. */
  readonly reference: string;
  readonly image: Image;
  /** The registry's documents from the pin to the config, and the pin. */
  readonly proof: readonly Uint8Array[];
}

export async function collectVersion(
  context: Context,
  { images }: Pick<Engine, 'images'>,
  { environment }: Project,
  version: Version,
): Promise<CollectedImage> {
  const reference = await provideVersion(context, environment, version);
  const image = await images.inspect(reference);
  if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `The engine no longer has ${reference}.`);
  const role = { kind: 'version', number: version.number } as const;
  return { role, name: localReference(environment.name, version), reference, image, proof: [] };
}

/** The images of all services, and the names of those that are built on each machine. */
export async function collectServices(
  context: Context,
  engine: Engine,
  project: Project,
): Promise<{ readonly collected: readonly CollectedImage[]; readonly built: readonly string[] }> {
  const collected: CollectedImage[] = [];
  const built: string[] = [];
  for (const service of project.environment.services) {
    const { name, source } = service;
    if (source.kind === 'build') {
      built.push(name);
      continue;
    }
    const found =
      (await findServiceImage(engine.images, project, service)) ??
      (await provideServiceImage(context, project, service));
    const digest = found.pin !== undefined && 'image' in found.pin ? found.pin.digest : undefined;
    const locked = project.lock?.services?.[name];
    const pin = locked !== undefined && 'image' in locked && locked.digest === digest ? digest : undefined;
    collected.push({
      role: { kind: 'service', name, image: source.image, ...(pin !== undefined && { pin }) },
      name: source.image,
      ...{ reference: found.reference, image: found.image },
      proof: pin === undefined ? [] : await fetchProof(context, engine, source.image, pin),
    });
  }
  return { collected, built };
}

/** The data that the team pushed. */
export async function collectSeed(context: Context, engine: Engine, project: Project): Promise<CollectedImage> {
  const { environment, lock } = project;
  const digest = lock?.seed?.digest;
  if (digest === undefined || environment.image === undefined)
    throw new DevenvError('SNAPSHOT_NOT_FOUND', 'The team pushed no data that could go into the bundle.', {
      hint: 'Push a snapshot first: `devenv snapshot push 1`.',
    });
  const pinned = pinReference(environment.image, digest);
  await engine.images.pull(pinned, await transferOptions(context, pinned));
  const image = await engine.images.inspect(pinned);
  if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `The engine no longer has ${pinned}.`);
  const proof = await fetchProof(context, engine, environment.image, digest);
  return {
    role: { kind: 'seed', pin: digest },
    name: pinnedName(environment.name, digest),
    ...{ reference: pinned, image, proof },
  };
}
