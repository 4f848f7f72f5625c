import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import type { BootstrapBase, ImageBase } from '../../model/image-inputs.ts';
import type { Image } from '../../model/image.ts';
import type { Images } from '../../ports/images.ts';
import type { Registry } from '../../ports/registry.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import { requireImage } from '../../observe/images/require-image.ts';
import { pinOf } from '../../providers/pins.ts';
import { validateText } from '../../providers/validate-text.ts';
import { pinReference, repositoryOf } from './pin-reference.ts';
import { bootstrapBase, type BootstrapPorts, type ProvidedBase } from './bootstrap-base.ts';
import { inTask } from '../../observe/in-task.ts';

export interface ProvideBasePorts extends BootstrapPorts {
  readonly registry: () => Promise<Registry>;
}

interface ProvideBaseOptions {
  /** Of the lock: the name in devenv.yaml → digest. */
  readonly pins: Readonly<Record<string, string>>;
  /** Take what the registry or the mirror has now. */
  readonly update: boolean;
}

/**
 * Gets the base of an environment into the engine: the image with the pinned
 * digest, else with the tag; its fallback if the registry cannot be reached or
 * does not have it; or a base assembled from a mirror.
 * Throws IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE,
 * CONTENT_MISMATCH, HOST_PROGRAM_MISSING, BASE_FAILED.
 */
export const provideBase = async (
  ports: ProvideBasePorts,
  base: ImageBase | BootstrapBase,
  options: ProvideBaseOptions,
): Promise<ProvidedBase> => {
  if (base.kind === 'bootstrap') return bootstrapBase(ports, base, options);
  try {
    return await provideImage(ports, base.image, options);
  } catch (error) {
    const missing = hasCode(error, 'IMAGE_NOT_FOUND', 'REGISTRY_UNREACHABLE');
    if (base.fallback === undefined || !missing) throw error;
    ports.progress.note(
      `${base.image} cannot be pulled: ${error.message} The fallback is used: Debian ${base.fallback.suite} from its mirror.`,
    );
    return bootstrapBase(ports, base.fallback, options);
  }
};

const provideImage = async (
  ports: ProvideBasePorts,
  reference: string,
  { pins, update }: ProvideBaseOptions,
): Promise<ProvidedBase> => {
  const engine = await ports.engine();
  const written = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  const recorded = update ? undefined : pinOf(pins, reference);
  const pinned = written ?? (recorded && validateText(/^sha256:[0-9a-f]{64}$/, recorded, `digest of ${reference}`));
  const target = pinned === undefined ? reference : pinReference(reference, pinned);
  // Without `update`, a tag that the engine has need not be pulled.
  const known = update && pinned === undefined ? undefined : await engine.images.inspect(target);
  const image =
    known ?? (await pull(ports, engine.images, target).catch((error) => keepOwn(ports, engine.images, target, error)));
  const digest = pinned ?? findDigest(image, reference);
  return { reference: target, resolved: digest === undefined ? {} : { [reference]: digest } };
};

const pull = (ports: ProvideBasePorts, images: Images, target: string): Promise<Image> =>
  inTask(ports.progress, `Pulling ${target}`, async (task) => {
    await images.pull(target, await transferOptions(ports, target, task));
    return requireImage(images, target);
  });

/**
 * Keeps an image that no registry has: it was made on this engine. Some engines give it a digest like that of a
 * pulled one, so the answer of the registry decides; the digest does only if the registry cannot be reached.
 */
const keepOwn = async (ports: ProvideBasePorts, images: Images, target: string, error: unknown): Promise<Image> => {
  const own = error instanceof DevenvError ? await images.inspect(target) : undefined;
  if (own === undefined || !(error instanceof DevenvError)) throw error;
  const refused = ['IMAGE_NOT_FOUND', 'REGISTRY_DENIED'].includes(error.code);
  if (!refused && !(error.code === 'REGISTRY_UNREACHABLE' && findDigest(own, target) === undefined)) throw error;
  ports.progress.note(`${target} stays as it is on this engine: no registry has a newer one. ${error.message}`);
  return own;
};

/** The digest of an image in its own repository. An image made on this machine has none. */
const findDigest = (image: Image, reference: string): string | undefined => {
  const repository = expand(repositoryOf(reference));
  for (const name of image.digests) {
    const [at = '', digest] = name.split('@');
    if (digest !== undefined && expand(at) === repository) return digest;
  }
  return undefined;
};

/** Docker leaves out its own hub's name, Podman writes it. */
const expand = (repository: string): string => {
  const [first = '', ...rest] = repository.split('/');
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = named ? rest.join('/') : repository;
  const registry = !named || first === 'index.docker.io' ? 'docker.io' : first;
  return `${registry}/${registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path}`;
};
