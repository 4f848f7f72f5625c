import type { ContainerDetails } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { Images } from '../../../ports/images.ts';
import { findLocalOverlay, findOverlay, isUpperOf } from './find-overlay.ts';
import type { LocalHelperOptions } from './start-local-helper.ts';
import { findProgram, startStorageHelper } from './start-storage-helper.ts';
import type { StorageHelper } from './storage-helper.ts';

/** Where a helper sees a container's upper folder. */
export const upperTarget = '/.devenv-upper';
/** Where it sees the folder in which the engine keeps those of all containers. */
export const storageTarget = '/.devenv-storage';

/**
 * The helpers of a command that read changes of containers: one for each
 * container and image, started at the first request.
 */
export class StorageHelpers {
  readonly #engine: () => Promise<Engine>;
  readonly #local: Local | undefined;
  readonly #started = new Map<string, Promise<StorageHelper | undefined>>();

  /** `local`: lets helpers run as processes of this machine, if it is the engine's. */
  constructor(engine: () => Promise<Engine>, local?: Local) {
    this.#engine = engine;
    this.#local = local;
    // A helper in a container needs the description, for which some engines take long.
    if (local === undefined)
      engine()
        .then(
          (one) => one.describe(),
          () => undefined,
        )
        .catch(() => undefined);
  }

  /**
   * Finds one that sees the container's upper folder at `upperTarget`, with an
   * image as its root. Undefined if the storage is no overlay whose folders can
   * be read alone, or devenv has no helper for the architecture.
   */
  find(container: ContainerDetails, image: string): Promise<StorageHelper | undefined> {
    // Independent of the container's state: a helper that runs still sees a container that was paused or stopped.
    return this.#find(
      `${container.id} ${image}`,
      async (engine) =>
        (this.#local && (await startBeside(engine.images, container, image, this.#local))) ??
        (await start(engine, container, image)),
    );
  }

  /**
   * Finds one that sees a folder with the upper folders of many containers at
   * `storageTarget`, with an image as its root. `beside`: id of one of them.
   */
  findShared(folder: string, image: string, beside: string): Promise<StorageHelper | undefined> {
    return this.#find(`${folder} ${image}`, async (engine) =>
      (await findProgram(engine)) === undefined
        ? undefined
        : startStorageHelper(engine, {
            image,
            beside,
            // Without the mounts of containers below it, which it would keep busy.
            mounts: [{ kind: 'bind', source: folder, target: storageTarget, readOnly: true, alone: true }],
          }),
    );
  }

  /** Tells them to end, and does not wait for that. */
  async close(): Promise<void> {
    for (const starting of this.#started.values()) (await starting.catch(() => undefined))?.stop();
    this.#started.clear();
  }

  #find(
    key: string,
    begin: (engine: Engine) => Promise<StorageHelper | undefined>,
  ): Promise<StorageHelper | undefined> {
    const known = this.#started.get(key);
    if (known !== undefined) return known;
    const starting = this.#engine().then(begin);
    this.#started.set(key, starting);
    starting.then(
      // A container that does not run yet may have one later.
      (helper) => helper ?? this.#started.delete(key),
      () => this.#started.delete(key),
    );
    return starting;
  }
}

type Local = Pick<LocalHelperOptions, 'cacheFolder' | 'signal'>;

async function startBeside(
  images: Images,
  container: ContainerDetails,
  image: string,
  local: Local,
): Promise<StorageHelper | undefined> {
  const overlay = findLocalOverlay(container);
  if (overlay === undefined) return undefined;
  const layers = image === container.image ? overlay.lower : (await images.inspect(image))?.folders;
  if (layers === undefined) return undefined;
  const { startLocalHelper } = await import('./start-local-helper.ts');
  const { upper, group } = overlay;
  const helper = await startLocalHelper({
    ...{ ...local, layers, upper, name: upperTarget.slice(1) },
    ...(group !== undefined && { group }),
  });
  return helper && prove(helper, container);
}

/** Returns the helper if it sees the container's upper folder, and stops it otherwise. */
async function prove(helper: StorageHelper, container: ContainerDetails): Promise<StorageHelper | undefined> {
  if (await isUpperOf(helper, upperTarget, container)) return helper;
  await helper.remove();
  return undefined;
}

async function start(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  container: ContainerDetails,
  image: string,
): Promise<StorageHelper | undefined> {
  const [overlay, program] = await Promise.all([findOverlay(engine, container), findProgram(engine)]);
  if (overlay === undefined || program === undefined) return undefined;
  const helper = await startStorageHelper(engine, {
    image,
    beside: container.id,
    folder: overlay.upper,
    mounts: [{ kind: 'bind', source: overlay.upper, target: upperTarget, readOnly: true }],
  });
  return prove(helper, container);
}
