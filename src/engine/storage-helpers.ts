import type { ContainerDetails } from '../model/container.ts';
import type { Engine } from '../ports/engine.ts';
import { findOverlay } from './find-overlay.ts';
import { findProgram, StorageHelper } from './storage-helper.ts';

/** Where a helper sees what a container changed. */
export const upperTarget = '/.devenv-upper';

/**
 * Helpers that read what containers changed: one for each container and image,
 * started when it is first asked for, and used until the command ends.
 */
export class StorageHelpers {
  readonly #engine: () => Promise<Engine>;
  readonly #started = new Map<string, Promise<StorageHelper | undefined>>();

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  /**
   * One that sees the container's upper folder at `upperTarget`, and the files
   * of an image. Absent where the storage is no overlay whose folders can be
   * read alone, or for an architecture without a helper.
   */
  find({ id }: Pick<ContainerDetails, 'id'>, image: string): Promise<StorageHelper | undefined> {
    // Whatever the container's state: one that is paused meanwhile may not tell any more where its files are.
    const key = `${id} ${image}`;
    const known = this.#started.get(key);
    if (known !== undefined) return known;
    const starting = this.#start(id, image);
    this.#started.set(key, starting);
    starting.then(
      // Where it does not run, it may tell later.
      (helper) => helper ?? this.#started.delete(key),
      () => this.#started.delete(key),
    );
    return starting;
  }

  /** They end by themselves then, and nobody waits for it. */
  async close(): Promise<void> {
    for (const starting of this.#started.values()) (await starting.catch(() => undefined))?.stop();
    this.#started.clear();
  }

  async #start(container: string, image: string): Promise<StorageHelper | undefined> {
    const engine = await this.#engine();
    const [overlay, program] = await Promise.all([findOverlay(engine, container), findProgram(engine)]);
    if (overlay === undefined || program === undefined) return undefined;
    return StorageHelper.start(engine, {
      image,
      beside: container,
      mounts: [{ kind: 'bind', source: overlay.upper, target: upperTarget, readOnly: true }],
    });
  }
}
