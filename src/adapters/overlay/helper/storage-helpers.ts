import type { ContainerDetails } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { Images } from '../../../ports/images.ts';
import { findLocalOverlay, findOverlay, isUpperOf } from './find-overlay.ts';
import type { LocalHelperOptions } from './start-local-helper.ts';
import { findProgram, startStorageHelper } from './start-storage-helper.ts';
import type { StorageHelper } from './storage-helper.ts';

/** Where a helper sees what a container changed. */
export const upperTarget = '/.devenv-upper';
/** Where it sees a folder of the engine's with the changes of many. */
export const storageTarget = '/.devenv-storage';

/**
 * Helpers that read what containers changed: one for each container and image,
 * started when it is first asked for, and used until the command ends.
 */
export class StorageHelpers {
  readonly #engine: () => Promise<Engine>;
  readonly #local: Local | undefined;
  readonly #started = new Map<string, Promise<StorageHelper | undefined>>();

  /** `local`: given where those that this machine allows are to be processes of it. */
  constructor(engine: () => Promise<Engine>, local?: Local) {
    this.#engine = engine;
    this.#local = local;
    // What a helper in a container waits for, since engines are slow to tell it.
    if (local === undefined)
      engine()
        .then(
          (one) => one.describe(),
          () => undefined,
        )
        .catch(() => undefined);
  }

  /**
   * One that sees the container's upper folder at `upperTarget`, and the files
   * of an image. Absent where the storage is no overlay whose folders can be
   * read alone, or for an architecture without a helper.
   */
  find(container: ContainerDetails, image: string): Promise<StorageHelper | undefined> {
    // Whatever the container's state: one that is paused meanwhile may not tell any more where its files are.
    return this.#find(
      `${container.id} ${image}`,
      async (engine) =>
        (this.#local && (await startBeside(engine.images, container, image, this.#local))) ??
        (await start(engine, container, image)),
    );
  }

  /**
   * One that sees a folder in which the engine keeps what many containers
   * changed, at `storageTarget`, and the files of an image. `beside`: id of one
   * of them.
   */
  findShared(folder: string, image: string, beside: string): Promise<StorageHelper | undefined> {
    return this.#find(`${folder} ${image}`, async (engine) =>
      (await findProgram(engine)) === undefined
        ? undefined
        : startStorageHelper(engine, {
            image,
            beside,
            // What is mounted there is what containers see now, of which nothing is to be held.
            mounts: [{ kind: 'bind', source: folder, target: storageTarget, readOnly: true, alone: true }],
          }),
    );
  }

  /** They end by themselves then, and nobody waits for it. */
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
      // Where the container does not run, it may tell later.
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

/** Gives the helper if it sees the container's upper folder, and stops it if it does not. */
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
