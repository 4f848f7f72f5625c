import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Mount } from '../../../model/container.ts';
import type { CaptureRequest } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { Entry, EntryTable } from '../changes/entry-table.ts';
import { clearCarrier, holdMounted, makeCarrier, type Carrier } from './carrier.ts';
import { findOverlay, isUpperOf } from '../helper/find-overlay.ts';
import { startStorageHelper } from '../helper/start-storage-helper.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import type { Copied } from '../helper/storage-request.ts';
import { upperTarget } from '../helper/storage-helpers.ts';
import { comparePaths } from '../../../model/byte-path.ts';

/** Where its helper sees the carrier's upper folder. */
const outTarget = '/.devenv-out';

/** A carrier with a helper that sees the container's upper folder and the carrier's. */
export class CarrierFiller {
  readonly #engine: Engine;
  readonly #request: Pick<CaptureRequest, 'container' | 'parent'>;
  #carrier: Carrier | undefined;
  #helper: string | undefined;
  #letGo: (() => void) | undefined;
  #prepared: Promise<{ readonly carrier: Carrier; readonly helper: StorageHelper }> | undefined;

  constructor(engine: Engine, request: Pick<CaptureRequest, 'container' | 'parent'>) {
    this.#engine = engine;
    this.#request = request;
  }

  /** True for the carrier's id, and the helper's. */
  owns(id: string): boolean {
    return id === this.#carrier?.id || id === this.#helper;
  }

  /** Starts both. Calls `onStarting` once the engine was asked to start the helper, the last step. */
  prepare(onStarting?: () => void): Promise<{ readonly carrier: Carrier; readonly helper: StorageHelper }> {
    return (this.#prepared ??= this.#make(onStarting));
  }

  /**
   * Copies a delta in its normal form: whole seconds, no time after `latest`
   * (seconds since the epoch) but of sources of bytecode, no attribute but file capabilities. Folders that
   * only lead to a change get the time `latest`: an engine may have put its own
   * files there.
   */
  async fill(entries: EntryTable, latest: number): Promise<void> {
    const { helper } = await this.prepare();
    await helper.copy(upperTarget, outTarget, listCopied(entries, findSources(entries)), {
      latest,
      attributes: 'capability',
    });
  }

  /** Makes the copy of an earlier comparison that of a later one; see listStale. */
  async refill({ before, after, changed, complete, latest }: Refill): Promise<void> {
    const { helper } = await this.prepare();
    const known = complete ? listStale(before, after, changed) : undefined;
    const stale = known ?? { removed: listTopmost(before), copied: after };
    const removed = stale.removed.map((path): Copied => ({ path, how: 'removed' }));
    const copied = [...removed, ...listCopied(stale.copied, findSources(after))];
    await helper.copy(upperTarget, outTarget, copied, { latest, attributes: 'capability' });
  }

  /** Removes it without waiting, once the engine has made a layer of it: that takes as long as the copy. */
  async discard(): Promise<void> {
    const { carrier, helper } = await this.prepare();
    helper.stop();
    this.#letGo?.();
    this.#prepared = this.#carrier = undefined;
    await this.#engine.runtime.discard(carrier.id);
  }

  async remove(): Promise<void> {
    const helper = (await this.#prepared?.catch(() => undefined))?.helper;
    const carrier = this.#carrier;
    this.#letGo?.();
    await Promise.all([helper?.remove(), carrier && this.#engine.runtime.remove(carrier.id)]);
  }

  async #make(onStarting?: () => void): Promise<{ readonly carrier: Carrier; readonly helper: StorageHelper }> {
    const { container, parent } = this.#request;
    const details = await this.#engine.runtime.inspect(container);
    const overlay = details && (await findOverlay(this.#engine, details));
    const carrier = overlay && (await makeCarrier(this.#engine, container, parent));
    this.#carrier = carrier;
    if (details === undefined || overlay === undefined || carrier === undefined) throw hidden();
    const mounts: Mount[] = [
      { kind: 'bind', source: overlay.upper, target: upperTarget, readOnly: true },
      { kind: 'bind', source: carrier.upper, target: outTarget },
    ];
    const starting = (id: string): void => {
      this.#helper = id;
      onStarting?.();
    };
    const options = { image: parent.id, mounts, beside: container, onStarting: starting };
    const [helper, letGo] = await Promise.all([
      startStorageHelper(this.#engine, options),
      holdMounted(this.#engine, carrier),
    ]);
    this.#letGo = letGo;
    if (!(await isUpperOf(helper, upperTarget, details))) {
      await helper.remove();
      throw hidden();
    }
    await clearCarrier(helper, outTarget);
    return { carrier, helper };
  }
}

interface Refill {
  readonly before: EntryTable;
  readonly after: EntryTable;
  readonly changed: ReadonlySet<string>;
  /** False if the earlier copy broke off. */
  readonly complete: boolean;
  readonly latest: number;
}

const hidden = (): DevenvError =>
  new DevenvError('ENGINE_REFUSED', 'The engine does not show where it keeps the changes of the workspace.');

function listTopmost(entries: EntryTable): readonly string[] {
  const topmost = new Set<string>();
  for (const { path } of entries) topmost.add(path.split('/', 1)[0] ?? '');
  return [...topmost];
}

function* listCopied(entries: Iterable<Entry>, timed: ReadonlySet<string>): Generator<Copied> {
  for (const { kind, path } of entries) {
    if (kind === 'socket') continue;
    const copied = timed.has(path) ? 'timed' : 'copied';
    yield { path, how: kind === 'leading' || kind === 'hidden' ? kind : copied };
  }
}

/**
 * Paths of the sources of Python bytecode. Bytecode names the time of its source,
 * and Python writes it again, or compiles at each start, if that differs.
 */
export function findSources(entries: Iterable<Pick<Entry, 'path'>>): ReadonlySet<string> {
  const sources = new Set<string>();
  for (const { path } of entries) {
    if (!path.endsWith('.pyc')) continue;
    const [, folder = '', stem = ''] = /^(.*\/)?__pycache__\/([^/]+?)\.[^./]+(?:\.opt-[^./]+)?\.pyc$/s.exec(path) ?? [];
    sources.add(stem === '' ? path.slice(0, -1) : `${folder}${stem}.py`);
  }
  return sources;
}

/** How a copy of one comparison becomes that of a later one: what to remove first, and then to copy. */
interface StaleCopy {
  readonly removed: readonly string[];
  readonly copied: readonly Entry[];
}

/**
 * Compares two tables of one container. `changed`: relative paths whose inodes
 * changed since the first. Folders above a difference are copied as well, since
 * it changes their time. Undefined if a file came with a folder that was moved:
 * which of its names are links to one file is not known then.
 */
export function listStale(before: EntryTable, after: EntryTable, changed: ReadonlySet<string>): StaleCopy | undefined {
  const removed: string[] = [];
  const wanted = new Set<string>();
  const earlier = before[Symbol.iterator]();
  let old = earlier.next();
  for (const entry of after) {
    for (; old.done !== true && comparePaths(old.value.path, entry.path) < 0; old = earlier.next()) {
      removed.push(old.value.path);
    }
    const same = old.done !== true && old.value.path === entry.path ? old.value : undefined;
    if (same !== undefined) old = earlier.next();
    const isFresh = changed.has(entry.path);
    if (same === undefined && !isFresh && entry.type === 'f') return undefined;
    if (same !== undefined && !isFresh && isAlike(same, entry)) continue;
    wanted.add(entry.path);
    if (same !== undefined && (entry.type !== 'd' || same.type !== 'd')) removed.push(entry.path);
  }
  for (; old.done !== true; old = earlier.next()) removed.push(old.value.path);
  for (const path of [...removed, ...wanted]) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) wanted.add(path.slice(0, at));
  }
  return { removed, copied: [...after].filter(({ path }) => wanted.has(path)) };
}

const isAlike = (one: Entry, other: Entry): boolean =>
  one.kind === other.kind && one.type === other.type && one.size === other.size && one.target === other.target;
