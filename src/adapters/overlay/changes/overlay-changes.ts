import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ContainerDetails, RawChange } from '../../../model/container.ts';
import type { Asked, ChangedEntry, Changes, Listing, ReadOptions, Standing } from '../../../ports/changes.ts';
import type { Engine } from '../../../ports/engine.ts';
import { ChangeList } from './change-list.ts';
import { findGroupOf, isGroupStill, letGroupGoOn } from '../helper/control-group.ts';
import { compareUpper, toSeconds, toTime, type UpperComparison } from './compare-upper.ts';
import { EntryTable, toPath } from './entry-table.ts';
import { makeLeftOut } from './left-out.ts';
import type { Row } from '../helper/row.ts';
import { readEntries } from '../helper/read-entries.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import { upperTarget, type StorageHelpers } from '../helper/storage-helpers.ts';
import { unreadable } from './unreadable.ts';

/** Reads a container's changes from its overlay's upper folder, with a helper. */
export class OverlayChanges implements Changes {
  readonly #engine: () => Promise<Engine>;
  readonly #helpers: StorageHelpers;
  readonly #found = new Map<string, Promise<Reader | undefined>>();

  constructor(engine: () => Promise<Engine>, helpers: StorageHelpers) {
    this.#engine = engine;
    this.#helpers = helpers;
  }

  async list(container: string, standing: Standing): Promise<Listing | undefined> {
    const found = await this.#compare(container, standing);
    return found === undefined || found.compared.partial ? undefined : new ChangeList(found.compared);
  }

  async listMany(asked: readonly Asked[]): Promise<ReadonlyMap<string, Iterable<RawChange>>> {
    const { listManyChanges } = await import('./list-many-changes.ts');
    return listManyChanges(await this.#engine(), this.#helpers, asked);
  }

  async listAfter(container: string, time: string): Promise<readonly RawChange[] | undefined> {
    const details = await (await this.#engine()).runtime.inspect(container);
    const helper = details && (await this.#helpers.find(details, details.image));
    if (details === undefined || helper === undefined) return undefined;
    const [after, leftOut] = [toSeconds(time), makeLeftOut(details.mounts)];
    const changes: RawChange[] = [];
    for await (const { path, type, ctime } of helper.listTree(upperTarget, after)) {
      if (path === '' || ctime <= after || leftOut(`/${path}`)) continue;
      const kind = type === 'w' ? 'deleted' : type === 'd' ? 'modified' : 'added';
      changes.push({ path: toPath(path), kind, ...(type === 's' && { unkept: true }) });
    }
    return changes;
  }

  async now(container: string, { image }: Standing): Promise<string> {
    const found = await this.#find(container, image);
    return found === undefined ? (await this.#engine()).runtime.now() : toTime(await found.helper.now());
  }

  async isCalm(container: string, { image }: Standing, time: string): Promise<boolean> {
    const found = await this.#find(container, image);
    if (found === undefined) return false;
    const [after, leftOut] = [toSeconds(time), makeLeftOut(found.details.mounts)];
    for await (const { path, ctime } of found.helper.listTree(upperTarget, after))
      if (ctime > after && !leftOut(`/${path}`)) return false;
    return true;
  }

  async freeze(container: string, { image }: Standing): Promise<(() => Promise<void>) | undefined> {
    const found = await this.#find(container, image);
    const group = found?.helper.group;
    // The engine does not know of the freeze: a health check that fails meanwhile would count.
    if (group === undefined || found?.details.healthCheck !== false) return undefined;
    // Somebody paused it just now, and must find it paused: leave it to the engine.
    if (isGroupStill(group)) return undefined;
    const { helper } = found;
    try {
      await helper.freeze();
    } catch {
      letGroupGoOn(group);
      return undefined;
    }
    return async () => {
      // A keeper that is killed thaws the group: then the container ran meanwhile.
      const held = isGroupStill(group);
      await helper.thaw().catch(() => letGroupGoOn(group));
      if (held) return;
      throw new DevenvError('ENGINE_REFUSED', 'The workspace ran on during the capture.', {
        state: 'Nothing was recorded; the workspace is running.',
        hint: 'The process that froze it was killed, perhaps because memory was short. Run the same command again.',
      });
    };
  }

  async isFrozen(container: string): Promise<boolean> {
    const details = await (await this.#engine()).runtime.inspect(container);
    const group = details && findGroupOf(details);
    return group !== undefined && isGroupStill(group);
  }

  async prepare(container: string, { image }: Standing): Promise<void> {
    await this.#find(container, image);
  }

  async flush(container: string, { image }: Standing): Promise<() => Promise<void>> {
    const engine = await this.#engine();
    const found = await this.#find(container, image);
    if (found !== undefined) {
      await found.helper.beginFlush(upperTarget);
      return () => found.helper.endFlush();
    }
    if ((await engine.runtime.inspect(container))?.state !== 'running') return async () => undefined;
    const flushed = engine.runtime.exec(container, { argv: ['sync', '-f', '/'], user: '0:0' });
    // Reported to the caller that awaits it.
    flushed.catch(() => undefined);
    return async () => void (await flushed);
  }

  async *read(container: string, options: ReadOptions): AsyncGenerator<ChangedEntry> {
    const keep = ({ type, path }: Row): boolean => type === 'f' && options.want(toPath(path)) !== 'none';
    const { after, listed } = options;
    const known = after === undefined && listed instanceof ChangeList ? listed.compared.entries : undefined;
    const found =
      after === undefined && known === undefined
        ? await this.#compare(container, options, keep)
        : await this.#find(container, options.image);
    if (found === undefined) throw explainUnreadable(await (await this.#engine()).runtime.inspect(container));
    const { helper } = found;
    // If the upper folder alone does not show the changes, look at all of its files.
    const compared = 'compared' in found && !found.compared.partial ? found.compared.entries : known;
    const entries = compared ?? (await listAll(helper, keep, after === undefined ? '' : toSeconds(after)));
    yield* readEntries(helper, upperTarget, entries, options);
  }

  async #compare(
    container: string,
    { image, since }: Standing,
    keep?: (row: Row) => boolean,
  ): Promise<{ readonly helper: StorageHelper; readonly compared: UpperComparison } | undefined> {
    const found = await this.#find(container, image);
    if (found === undefined) return undefined;
    const { helper, details } = found;
    const compared = await compareUpper({
      helper,
      upper: upperTarget,
      base: () => this.#helpers.find(details, details.image),
      mounts: details.mounts,
      since,
      leaveOut: () => false,
      ...(keep && { keep }),
    });
    return { helper, compared };
  }

  /** Keeps what it found: the folders of a container do not change. */
  async #find(container: string, image: string): Promise<Reader | undefined> {
    const key = `${container} ${image}`;
    const known = this.#found.get(key) ?? this.#look(container, image);
    this.#found.set(key, known);
    const found = await known.catch((error: unknown) => {
      this.#found.delete(key);
      throw error;
    });
    if (found === undefined) this.#found.delete(key);
    return found;
  }

  async #look(container: string, image: string): Promise<Reader | undefined> {
    const engine = await this.#engine();
    const details = await engine.runtime.inspect(container);
    const helper = details && (await this.#helpers.find(details, image));
    return details && helper && { helper, details };
  }
}

/** A container as it was first inspected, and a helper that sees its changes. */
interface Reader {
  readonly helper: StorageHelper;
  readonly details: ContainerDetails;
}

async function listAll(helper: StorageHelper, keep: (row: Row) => boolean, after: string): Promise<EntryTable> {
  const entries = new EntryTable();
  for await (const row of helper.listTree(upperTarget, after)) {
    if (row.ctime > after && keep(row)) entries.add({ kind: 'changed', ...row });
  }
  return entries;
}

function explainUnreadable(container: ContainerDetails | undefined): DevenvError {
  if (container !== undefined && container.state !== 'running') {
    return new DevenvError(
      'ENGINE_REFUSED',
      `The changes of the workspace cannot be read while it is ${container.state}.`,
      { hint: 'Run `devenv up`, then the same command again.' },
    );
  }
  return unreadable('changes of the workspace');
}
