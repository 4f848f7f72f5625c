import type { Row } from './read-rows.ts';

export interface DeltaInput {
  /** Entries of the container's upper folder, deletions as type `w`. */
  readonly upper: readonly Row[];
  /** Folders of it that hide what lies below them. */
  readonly opaque: ReadonlySet<string>;
  /** What the parent has in the folders of `upper`: path → row. */
  readonly parent: ReadonlyMap<string, Row>;
  /** Seconds, as in rows: what changed no later and looks the same is in the parent already. Absent: all of it counts as changed. */
  readonly since: string | undefined;
  /** Of paths that the parent has: those that also the image has which the container was made from. */
  readonly base: (path: string) => boolean;
  readonly leaveOut: (path: string) => boolean;
}

export interface Delta {
  /** Entries to copy, sorted by bytes; each after its folders. */
  readonly copy: readonly string[];
  /** Those of them that did not change: folders that lead to others. */
  readonly leading: readonly string[];
  /** Paths of the parent to hide, sorted. */
  readonly hide: readonly string[];
  /** Files that may be the parent's with another time: to be copied where their content differs. */
  readonly doubtful: readonly string[];
  /** Topmost paths that were left out although they changed. */
  readonly leftOut: readonly string[];
  readonly sockets: readonly string[];
  /** Entries that changed, folders that only lead to them not counted. */
  readonly changes: number;
}

/**
 * What has to be laid on the parent so that it becomes the container's tree:
 * a comparison of two trees, in which the overlay's own marks play no part.
 */
export function decideDelta({ upper, opaque, parent, since, base, leaveOut }: DeltaInput): Delta {
  const rows = new Map<string, Row>();
  const leftOut: string[] = [];
  const sockets: string[] = [];
  const skipped = new Set<string>();
  for (const row of [...upper].sort((a, b) => compareBytes(a.path, b.path))) {
    const top = findAbove(row.path, skipped) ?? (leaveOut(`/${row.path}`) ? row.path : undefined);
    if (top !== undefined) {
      skipped.add(top);
      // A folder alone is mostly there because something was mounted in it.
      if (row.type !== 'd' && isFresh(row, since) && leftOut.at(-1) !== top) leftOut.push(top);
    } else if (row.type === 's') sockets.push(row.path);
    else rows.set(row.path, row);
  }

  const copy = new Set<string>();
  const doubtful: string[] = [];
  const hide = new Set<string>();
  for (const row of rows.values()) {
    const before = parent.get(row.path);
    if (row.type === 'w') {
      if (before !== undefined) hide.add(row.path);
      continue;
    }
    if (before?.facts !== row.facts || (row.type !== 'd' && isFresh(row, since))) copy.add(row.path);
    else if (row.type === 'f' && before.mtime !== row.mtime && hasFreshFolder(row.path, rows, since)) {
      doubtful.push(row.path);
    }
  }
  for (const path of parent.keys()) {
    if (rows.has(path) || isBelow(path, hide) || leaveOut(`/${path}`) || isBelow(path, skipped)) continue;
    const folder = folderOf(path);
    const now = rows.get(folder);
    // A folder that became something else takes its content along.
    if (now !== undefined && now.type !== 'd') continue;
    if (!isBelow(folder, opaque) && base(path)) continue;
    hide.add(path);
  }
  const leading = listLeading([...copy, ...hide], copy, rows);
  return {
    copy: [...copy, ...leading].sort(compareBytes),
    leading,
    hide: [...hide].filter((path) => !isBelow(folderOf(path), hide)).sort(compareBytes),
    doubtful,
    leftOut,
    sockets,
    changes: copy.size + hide.size,
  };
}

/** Takes in the doubtful files that turned out to differ. */
export function addDifferent(delta: Delta, different: readonly string[], upper: readonly Row[]): Delta {
  const before = new Set(delta.copy);
  const leading = listLeading(different, before, new Map(upper.map((row) => [row.path, row])));
  return {
    ...delta,
    copy: [...delta.copy, ...leading, ...different].sort(compareBytes),
    leading: [...delta.leading, ...leading],
    doubtful: [],
    changes: delta.changes + different.length,
  };
}

/** Folders above paths, but for those that are copied anyway: they keep owner and mode only as part of the layer. */
function listLeading(
  paths: readonly string[],
  copied: ReadonlySet<string>,
  rows: ReadonlyMap<string, Row>,
): readonly string[] {
  const leading = new Set<string>();
  for (const path of paths) {
    for (let folder = folderOf(path); folder !== '' && !leading.has(folder); folder = folderOf(folder)) {
      if (rows.has(folder) && !copied.has(folder)) leading.add(folder);
    }
  }
  return [...leading];
}

function isFresh({ ctime }: Row, since: string | undefined): boolean {
  return since === undefined || ctime > since;
}

/** A folder that was renamed brings files that did not change themselves. */
function hasFreshFolder(path: string, rows: ReadonlyMap<string, Row>, since: string | undefined): boolean {
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
    const row = rows.get(folder);
    if (row !== undefined && isFresh(row, since)) return true;
  }
  return false;
}

/** The one of some folders that a path lies in, or is. */
function findAbove(path: string, folders: ReadonlySet<string>): string | undefined {
  for (let at = path; at !== ''; at = folderOf(at)) if (folders.has(at)) return at;
  return undefined;
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  return findAbove(path, folders) !== undefined;
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** One character is one byte, so that this is the order of bytes. */
const compareBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
