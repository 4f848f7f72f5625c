import { pathFromText, type BytePath } from '../../../model/byte-path.ts';
import type { Mount } from '../../../model/container.ts';
import type { Dropped } from '../../../ports/capture.ts';
import { DeltaWalk, type Decision } from './delta-walk.ts';
import { EntryTable, toPath } from './entry-table.ts';
import { makeLeftOut } from './left-out.ts';
import { LinkedNames } from './linked-names.ts';
import { listLeading } from '../../docker/containers/mount-folders.ts';
import type { Found, Row } from '../helper/row.ts';
import { UnkeptList } from './unkept-list.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';

/** The difference between the parent and the container's tree. Keeps only a table of the entries: there may be a million. */
export interface UpperComparison {
  /** Engine time, ISO 8601: entries that changed after it may differ from what was found. */
  readonly began: string;
  readonly entries: EntryTable;
  /** Bytes of the files to copy. */
  readonly bytes: number;
  /** Entries that changed, without folders that only lead to them. */
  readonly changes: number;
  /** Topmost changed paths that are left out, relative; the first 10,000. */
  readonly leftOut: readonly string[];
  readonly dropped: Dropped;
  readonly unkept: UnkeptList;
  /** True if entries refer to layers below for their content: the upper folder alone does not show the changes. */
  readonly partial: boolean;
}

interface ComparisonRequest {
  /** Made of the parent; sees the container's upper folder. */
  readonly helper: StorageHelper;
  /** That folder, as the helper sees it. */
  readonly upper: string;
  /** A helper made of the image that the container was made from. */
  readonly base: () => Promise<StorageHelper | undefined>;
  readonly mounts: readonly Mount[];
  /** Engine time when the parent was captured from the container; undefined if the container was made from it. */
  readonly since: string | undefined;
  readonly leaveOut: (path: BytePath, isFolder: boolean) => boolean;
  /** True to add unchanged names of files that are to be copied. */
  readonly names?: boolean;
  /** Chooses entries for the table, of those that are to be copied; all by default. */
  readonly keep?: (row: Row) => boolean;
}

/** Paths that are named of each kind. */
const mostNamed = 10_000;

/**
 * Compares a container with the image of the version that it stands at. If the
 * engine's clock is behind the last capture, everything that the container
 * changed since it was created counts.
 */
export async function compareUpper(request: ComparisonRequest): Promise<UpperComparison> {
  const { helper, mounts, leaveOut } = request;
  const since = request.since === undefined ? undefined : toSeconds(request.since);
  let wentBack = false;
  const leading = listLeading(mounts.map(({ target }) => pathFromText(target)));
  const own = makeLeftOut(mounts);
  const walk = new DeltaWalk({ since, own, leaveOut, leadsToMount: (path) => leading.has(path) });
  const isInBase = makeBase(request);
  const tally = new Tally(request);
  const onBegun = (time: string): void => {
    tally.began = toTime(justBefore(time));
    wentBack = since !== undefined && toSeconds(tally.began) < since;
  };
  for await (const batch of helper.compareTree(request.upper, since, request.names, onBegun)) {
    for (const found of batch) {
      if (found.path === '' || found.path.startsWith('.devenv-')) continue;
      if (found.row?.partial === true) tally.partial = true;
      const inBase = walk.needsBase(found) ? await isInBase(found) : true;
      for (const decision of walk.next(found, inBase)) tally.add(decision);
    }
  }
  // Times say nothing then: what a version has already counts as well, rather than too little.
  if (wentBack) return compareUpper({ ...request, since: undefined });
  tally.end();
  return tally;
}

/**
 * Returns a function that tells whether the container's own image has a path of
 * the parent: then it still shows in the container, although the upper folder
 * has no entry for it. Asks once for each folder.
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
  readonly dropped = new DroppedList();
  readonly unkept: UnkeptList;
  partial = false;
  readonly #keep: ((row: Row) => boolean) | undefined;
  readonly #names = new LinkedNames();

  constructor({ helper, keep }: ComparisonRequest) {
    this.unkept = new UnkeptList(helper.folder);
    this.#keep = keep;
  }

  add(decision: Decision): void {
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

  /** Completes the table after the last decision. */
  end(): void {
    this.entries = this.#names.complete(this.entries);
  }
}

/** Parts of entries that no version keeps. */
class DroppedList implements Dropped {
  readonly sockets: BytePath[] = [];
  readonly acls: BytePath[] = [];
  readonly attributes: BytePath[] = [];
  times = 0;

  addSocket(path: string): void {
    name(this.sockets, path);
  }

  add({ path, type, fine, attributes }: Row): void {
    if (type === 'f' && fine) this.times += 1;
    if (attributes.length === 0) return;
    if (attributes.some(isAcl)) name(this.acls, path);
    if (attributes.some((one) => !isAcl(one) && !isKept(one))) name(this.attributes, path);
  }
}

const keptAttributes = new Set(['security.capability', 'security.selinux']);

/** True for an extended attribute that a version keeps, or that an engine sets. */
export const isKept = (attribute: string): boolean => keptAttributes.has(attribute);
const isAcl = (attribute: string): boolean => attribute.startsWith('system.posix_acl_');

function name(list: BytePath[], path: string): void {
  if (list.length < mostNamed) list.push(toPath(path));
}

/** Seconds with nine digits after the point → ISO 8601. */
export function toTime(seconds: string): string {
  const [whole = '', fraction = ''] = seconds.split('.');
  return `${new Date(Number(whole) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** The last moment before such a time, so that a change at the time itself counts as after it. */
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
