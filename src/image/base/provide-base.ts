import { DevenvError } from '../../errors/devenv-error.ts';
import type { Base } from '../../model/image-inputs.ts';
import type { Image } from '../../model/image.ts';
import type { Images, Transfer } from '../../ports/images.ts';
import type { RegistryAuth } from '../../ports/registry.ts';
import type { Registry } from '../../ports/registry.ts';
import { pinReference, repositoryOf } from './pin-reference.ts';
import { bootstrapBase, type BootstrapPorts, type ProvidedBase } from './bootstrap-base.ts';

export interface ProvideBasePorts extends BootstrapPorts {
  readonly registry: () => Promise<Registry>;
}

export interface ProvideBaseOptions {
  /** The lock's record of the base: its name in devenv.yaml → digest. */
  readonly pins: Readonly<Record<string, string>>;
  /** Take what the registry or mirror has now. */
  readonly update: boolean;
}

/**
 * Gets the base of an environment into the engine: the image of the lock's
 * digest, or the tag's where nothing is pinned; its fallback where a registry
 * cannot be reached or does not have it; or one assembled from a mirror.
 * Throws IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE,
 * CONTENT_MISMATCH, HOST_PROGRAM_MISSING, BASE_FAILED.
 */
export const provideBase = async (
  ports: ProvideBasePorts,
  base: Base,
  options: ProvideBaseOptions,
): Promise<ProvidedBase> => {
  if (base.kind === 'bootstrap') return bootstrapBase(ports, base, options);
  try {
    return await provideImage(ports, base.image, options);
  } catch (error) {
    const missing = error instanceof DevenvError && ['IMAGE_NOT_FOUND', 'REGISTRY_UNREACHABLE'].includes(error.code);
    if (base.fallback === undefined || !missing) throw error;
    const note = `${base.image} is out of reach: ${error.message} The base is the fallback instead, Debian ${base.fallback.suite} from its mirror.`;
    ports.progress.note(note);
    return { ...(await bootstrapBase(ports, base.fallback, options)), note };
  }
};

const provideImage = async (
  ports: ProvideBasePorts,
  reference: string,
  { pins, update }: ProvideBaseOptions,
): Promise<ProvidedBase> => {
  const engine = await ports.engine();
  const written = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  const pinned = written ?? (update ? undefined : pins[reference]);
  const target = pinned === undefined ? reference : pinReference(reference, pinned);
  // A tag that the engine has already is as good as the registry's, unless newer content is asked for.
  const known = update && pinned === undefined ? undefined : await engine.images.inspect(target);
  const image =
    known ?? (await pull(ports, engine.images, target).catch((error) => keepOwn(ports, engine.images, target, error)));
  const digest = pinned ?? findDigest(image, reference);
  return { reference: target, resolved: digest === undefined ? {} : { [reference]: digest } };
};

const pull = async (ports: ProvideBasePorts, images: Images, target: string): Promise<Image> => {
  const auth: RegistryAuth | undefined = await (await ports.registry()).findAuth(target);
  const task = ports.progress.task(`pulling ${target}`);
  const layers = new Map<string, Transfer>();
  try {
    await images.pull(target, {
      ...(auth && { auth }),
      signal: ports.signal,
      onProgress: (progress) => {
        if (progress.total > 0) layers.set(progress.layer, progress);
        task.update(describeTransfer([...layers.values()]));
      },
    });
    const image = await images.inspect(target);
    if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `${target} was pulled, but the engine lost it.`);
    task.done();
    return image;
  } catch (error) {
    task.fail();
    throw error;
  }
};

/**
 * An image that was made on this engine is in no registry, and the newest that there is. Some engines give such an
 * image a digest like those that came from registries, so a registry that says no decides where it answers.
 */
const keepOwn = async (ports: ProvideBasePorts, images: Images, target: string, error: unknown): Promise<Image> => {
  const own = error instanceof DevenvError ? await images.inspect(target) : undefined;
  if (own === undefined || !(error instanceof DevenvError)) throw error;
  const refused = ['IMAGE_NOT_FOUND', 'REGISTRY_DENIED'].includes(error.code);
  if (!refused && !(error.code === 'REGISTRY_UNREACHABLE' && own.digests.length === 0)) throw error;
  ports.progress.note(`${target} is kept as this engine has it: no registry gives out a newer one. ${error.message}`);
  return own;
};

const describeTransfer = (layers: readonly Transfer[]): string => {
  const sum = (pick: (layer: Transfer) => number): string =>
    (layers.reduce((all, layer) => all + pick(layer), 0) / 1e6).toFixed(1);
  return `${sum(({ done }) => done)} of ${sum(({ total }) => total)} MB`;
};

/** The digest under which the image's own repository knows it. An image made on this machine has none. */
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
