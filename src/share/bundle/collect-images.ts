import { pinReference, repositoryOf } from '../../image/base/pin-reference.ts';
import { checkPin, findPlatform } from '../../image/bundle/check-pin.ts';
import { digestOfBytes } from '../../image/bundle/bundle-format.ts';
import { readConfig } from '../../image/bundle/read-config.ts';
import { findServiceImage } from '../../image/service-image.ts';
import { provideServiceImage } from '../../image/provide-service-image.ts';
import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import type { BundleRole } from '../../model/bundle.ts';
import type { Image } from '../../model/image.ts';
import { asMap, parseJson } from '../../model/json.ts';
import type { Digest, Version } from '../../model/version.ts';
import type { Project } from '../../observe/project.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import { localReference, pinnedName, provideVersion } from '../../observe/version-image.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';

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

/** The registry's documents that lead from a digest in the lock to the config of its image. */
async function fetchProof(context: Context, engine: Engine, name: string, pin: Digest): Promise<readonly Uint8Array[]> {
  const read = async (digest: Digest): Promise<Uint8Array> => {
    const reference = `${repositoryOf(name)}@${digest}`;
    const { auth } = await transferOptions(context, reference);
    const bytes = await engine.images.readManifest(reference, auth).catch((error: unknown) => {
      if (!hasCode(error, 'REGISTRY_UNREACHABLE', 'REGISTRY_DENIED', 'PROXY_DENIED')) throw error;
      throw new DevenvError(error.code, `${error.message} A bundle needs its manifest of ${reference}.`, {
        hint: 'Export where the registry answers, or leave the images of services out: --no-services.',
        cause: error,
      });
    });
    if (bytes !== undefined) return bytes;
    throw new DevenvError('IMAGE_NOT_FOUND', `The registry no longer has ${reference}, which devenv-lock.yaml names.`, {
      hint: 'Use another version of the image with `devenv build --update`, or leave services out: --no-services.',
    });
  };
  const first = await read(pin);
  const { architecture } = await engine.describe();
  const next = findPlatform(asMap(parseJson(Buffer.from(first).toString())), { os: 'linux', architecture });
  return next === undefined ? [first] : [first, await read(next)];
}

/** Throws CONTENT_MISMATCH if the documents of a registry do not lead to this config. */
export async function checkProof(
  { role, proof, name }: CollectedImage,
  digest: Digest,
  config: Uint8Array,
): Promise<void> {
  if (role.kind === 'version' || role.pin === undefined) return;
  const documents = new Map(
    proof.map((bytes) => [digestOfBytes(bytes), asMap(parseJson(Buffer.from(bytes).toString()))]),
  );
  const image = readConfig(digest, parseJson(Buffer.from(config).toString()));
  const refuse = (): Error =>
    new DevenvError('CONTENT_MISMATCH', `The engine has another image of ${name} than devenv-lock.yaml names.`, {
      hint: 'Remove it with `docker rmi`, run `devenv up`, and export again. Or leave services out: --no-services.',
    });
  if (image === undefined) throw refuse();
  await checkPin(role.pin, digest, image, async (one) => documents.get(one) ?? {}, refuse);
}
