import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerDetails, PathChange } from '../model/container.ts';
import type { Asked, ChangedEntry, Changes, ReadOptions, Standing } from '../ports/changes.ts';
import type { Engine } from '../ports/engine.ts';
import { compareUpper, toSeconds, type UpperComparison } from './compare-upper.ts';
import { makeLeftOut } from './left-out.ts';
import { listCompared } from './list-compared.ts';
import type { FoundRow } from './read-found-row.ts';
import type { StorageHelper, Wanted } from './storage-helper.ts';
import { upperTarget, type StorageHelpers } from './storage-helpers.ts';

/** A container's changes out of its overlay's upper folder, by a helper beside it. */
export class OverlayChanges implements Changes {
  readonly #engine: () => Promise<Engine>;
  readonly #helpers: StorageHelpers;

  constructor(engine: () => Promise<Engine>, helpers: StorageHelpers) {
    this.#engine = engine;
    this.#helpers = helpers;
  }

  async list(container: string, standing: Standing): Promise<readonly PathChange[] | undefined> {
    const found = await this.#compare(container, standing);
    return found === undefined || found.compared.partial ? undefined : listCompared(found.compared);
  }

  async listMany(asked: readonly Asked[]): Promise<ReadonlyMap<string, readonly PathChange[]>> {
    const { listManyChanges } = await import('./list-many-changes.ts');
    return listManyChanges(await this.#engine(), this.#helpers, asked);
  }

  async listAfter(container: string, time: string): Promise<readonly PathChange[] | undefined> {
    const details = await (await this.#engine()).inspectContainer(container);
    const helper = details && (await this.#helpers.find(details, details.image));
    if (details === undefined || helper === undefined) return undefined;
    const [after, leftOut] = [toSeconds(time), makeLeftOut(details.mounts)];
    const changes: PathChange[] = [];
    for await (const { path, type, ctime } of helper.listTree(upperTarget)) {
      if (path === '' || ctime <= after || leftOut(`/${path}`)) continue;
      changes.push({ path: toText(path), kind: type === 'w' ? 'deleted' : type === 'd' ? 'modified' : 'added' });
    }
    return changes;
  }

  async *read(container: string, options: ReadOptions): AsyncGenerator<ChangedEntry> {
    const { words, limit } = options;
    const found = await this.#compare(container, options);
    if (found === undefined) throw unreadable(await (await this.#engine()).inspectContainer(container));
    const { helper, compared } = found;
    const after = options.after === undefined ? '' : toSeconds(options.after);
    const wanted: Wanted[] = [];
    /** Only of those that are longer than what is read of them. */
    const sizes = new Map<string, number>();
    for (const { path, type, size, ctime } of listCopied(compared)) {
      const mode = type === 'f' && ctime > after ? options.want(`/${path}`) : 'none';
      if (mode === 'none') continue;
      wanted.push({ path, mode });
      if (size > limit) sizes.set(path, size);
    }
    for (const path of compared.delta.hide) yield { kind: 'deleted', path: toBytes(path), size: 0, content: nothing() };
    await helper.setWords(words);
    for await (const { path, content } of helper.readFiles(upperTarget, limit, wanted)) {
      yield { kind: 'file', path: toBytes(path), size: sizes.get(path) ?? 0, content };
      sizes.delete(path);
    }
    for (const [path, size] of sizes) yield { kind: 'file', path: toBytes(path), size, content: nothing() };
  }

  async #compare(
    container: string,
    { image, since }: Standing,
  ): Promise<{ readonly helper: StorageHelper; readonly compared: UpperComparison } | undefined> {
    const details = await (await this.#engine()).inspectContainer(container);
    const helper = details && (await this.#helpers.find(details, image));
    if (details === undefined || helper === undefined) return undefined;
    const compared = await compareUpper({
      helper,
      upper: upperTarget,
      base: () => this.#helpers.find(details, details.image),
      mounts: details.mounts,
      since,
      leaveOut: () => false,
    });
    return { helper, compared };
  }
}

/** What goes into a layer: all that there is where the upper folder alone does not tell. */
function listCopied({ rows, delta, partial }: UpperComparison): readonly FoundRow[] {
  return partial ? [...rows.values()] : delta.copy.flatMap((path) => rows.get(path) ?? []);
}

const toBytes = (path: string): Buffer => Buffer.from(`/${path}`, 'latin1');
const toText = (path: string): string => toBytes(path).toString('utf8');

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A deletion has no content.
}

function unreadable(container: ContainerDetails | undefined): DevenvError {
  if (container !== undefined && container.state !== 'running') {
    return new DevenvError(
      'ENGINE_REFUSED',
      `The changes of the workspace cannot be read while it is ${container.state}.`,
      { hint: 'Run `devenv up`, then the same command again.' },
    );
  }
  return new DevenvError(
    'ENGINE_REFUSED',
    'The changes of the workspace cannot be read: this engine keeps its files on a storage other than overlay.',
    { hint: 'Set the engine to overlay2 (Docker), or to overlay as root (Podman).' },
  );
}
