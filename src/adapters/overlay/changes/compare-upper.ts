import { pathFromText, type BytePath } from '../../../model/byte-path.ts';
import type { Mount } from '../../../model/container.ts';
import type { Dropped } from '../../../ports/capture.ts';
import { DeltaWalk, type Decision, type Found } from './delta-walk.ts';
import { EntryTable } from './entry-table.ts';
import { makeLeftOut } from './left-out.ts';
import { DroppedList } from './dropped-list.ts';
import { LinkedNames } from './linked-names.ts';
import { listLeading } from '../../docker/containers/mount-folders.ts';
import type { FoundRow } from '../helper/read-found-row.ts';
import { UnkeptList } from './unkept-list.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';

/** What makes the parent the container's tree. Of the entries only the table is kept: there may be a million. */
export interface UpperComparison {
  /** Engine time, ISO 8601: whatever changed after it may not be as it was found. */
  readonly began: string;
  readonly entries: EntryTable;
  /** Bytes of the files to copy. */
  readonly bytes: number;
  /** Entries that changed, folders that only lead to them not counted. */
  readonly changes: number;
  /** Topmost paths that were left out although they changed: the first ones, relative. */
  readonly leftOut: readonly string[];
  readonly dropped: Dropped;
  readonly unkept: UnkeptList;
  /** True where entries refer to the layers below for their content: the upper folder alone does not tell what changed. */
  readonly partial: boolean;
}

export interface ComparisonRequest {
  /** Made of the parent, with the container's upper folder. */
  readonly helper: StorageHelper;
  /** Where the helper has that folder. */
  readonly upper: string;
  /** One made of the image that the container was made from, where that is not the parent. */
  readonly base: () => Promise<StorageHelper | undefined>;
  /** What the container has mounted. */
  readonly mounts: readonly Mount[];
  /** Engine time when the parent was captured from the container; absent where the container was made from it. */
  readonly since: string | undefined;
  readonly leaveOut: (path: BytePath) => boolean;
  /** Whether a file that is to be copied brings those of its names that did not change. */
  readonly names?: boolean;
  /** Which entries to put into the table, of those that are to be copied; all where it is absent. */
  readonly keep?: (row: FoundRow) => boolean;
}

/** So many say enough. */
export const mostNamed = 10_000;

/** Compares what a container has with the image of the version that it stands at. */
export async function compareUpper(request: ComparisonRequest): Promise<UpperComparison> {
  const { helper, mounts, leaveOut } = request;
  const since = request.since === undefined ? undefined : toSeconds(request.since);
  const leading = listLeading(mounts.map(({ target }) => pathFromText(target)));
  const own = makeLeftOut(mounts);
  const walk = new DeltaWalk<FoundRow>({ since, own, leaveOut, leadsToMount: (path) => leading.has(path) });
  const isInBase = makeBase(request);
  const tally = new Tally(request);
  const onBegun = (time: string): void => {
    tally.began = toTime(justBefore(time));
  };
  for await (const batch of helper.compareTree(request.upper, since, request.names, onBegun)) {
    for (const found of batch) {
      if (found.path === '' || found.path.startsWith('.devenv-')) continue;
      if (found.row?.partial === true) tally.partial = true;
      const inBase = walk.needsBase(found) ? await isInBase(found) : true;
      for (const decision of walk.next(found, inBase)) tally.add(decision);
    }
  }
  tally.end();
  return tally;
}

/**
 * Tells which paths of the parent also the container's own image has. Where a
 * folder did not change since the parent was captured, nothing can have gone
 * from it: what is not in the upper folder comes from that image, which is only
 * asked where there is a doubt, and once for a folder.
 */
function makeBase(request: ComparisonRequest): (found: Found) => Promise<boolean> {
  let asked: { readonly folder: string; readonly paths: ReadonlySet<string> } | undefined;
  return async ({ path }) => {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (asked?.folder !== folder) {
      const base = await request.base();
      if (base === undefined || base === request.helper) return true;
      const paths = new Set<string>();
      for await (const row of base.listChildren([folder === '' ? '.' : folder])) paths.add(row.path);
      asked = { folder, paths };
    }
    return asked.paths.has(path);
  };
}

class Tally implements UpperComparison {
  began = '';
  entries = new EntryTable();
  bytes = 0;
  changes = 0;
  readonly leftOut: string[] = [];
  readonly dropped = new DroppedList(mostNamed);
  readonly unkept: UnkeptList;
  partial = false;
  readonly #keep: ((row: FoundRow) => boolean) | undefined;
  readonly #names = new LinkedNames();

  constructor({ helper, keep }: ComparisonRequest) {
    this.unkept = new UnkeptList(helper.folder);
    this.#keep = keep;
  }

  add(decision: Decision<FoundRow>): void {
    const { path } = decision;
    if (decision.kind === 'left-out') {
      if (this.leftOut.length < mostNamed) this.leftOut.push(path);
      return;
    }
    if (decision.kind === 'linked') return this.#names.addUnchanged(decision.row);
    if (decision.kind !== 'leading' && decision.kind !== 'socket') this.changes += 1;
    if (decision.kind === 'hidden') {
      this.entries.add({ kind: decision.kind, type: '', path, size: 0, target: '' });
      return;
    }
    const { kind, row } = decision;
    if (kind === 'socket') this.dropped.addSocket(path);
    else {
      this.#names.addCopied(row);
      this.bytes += row.size;
      this.dropped.add(row);
      this.unkept.add(row);
      if (this.#keep?.(row) === false) return;
    }
    this.entries.add({ kind, type: row.type, path, size: row.size, target: row.target });
  }

  /** When all is known. */
  end(): void {
    this.entries = this.#names.complete(this.entries);
  }
}

/** A time in seconds with nine digits after the point, as ISO 8601. */
export function toTime(seconds: string): string {
  const [whole = '', fraction = ''] = seconds.split('.');
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** The last moment before such a time: what is stamped with it is after that. */
function justBefore(seconds: string): string {
  const [whole = '', fraction = ''] = seconds.split('.');
  const nanoseconds = Number(fraction) - 1;
  if (nanoseconds < 0) return `${String(Number(whole) - 1)}.999999999`;
  return `${whole}.${String(nanoseconds).padStart(9, '0')}`;
}

/** ISO 8601 → seconds with ten digits after the point, as rows have them. */
export function toSeconds(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return `${String(Math.floor(Date.parse(time) / 1000))}.${fraction.padEnd(10, '0').slice(0, 10)}`;
}
