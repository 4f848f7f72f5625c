import { pathFromLatin1, type BytePath } from '../../../model/byte-path.ts';
import type { EntryKind } from './entry-table.ts';
import type { Found, Row, Twin } from '../helper/row.ts';

/**
 * What to do with a path; see Entry. `linked`: copied only if another name of the
 * file is. `left-out`: the topmost path of a change that is not to be captured.
 */
export type Decision =
  | { readonly kind: Exclude<EntryKind, 'hidden'>; readonly path: string; readonly row: Row }
  | { readonly kind: 'hidden'; readonly path: string }
  | { readonly kind: 'left-out'; readonly path: string };

export interface DeltaOptions {
  /** Seconds, as in rows: the parent has what changed no later and looks the same. Undefined: everything counts as changed. */
  readonly since: string | undefined;
  /** True for paths that are the engine's own, with all below them. */
  readonly own: (path: string) => boolean;
  /** True for a folder that engines make for a mount below it: no change if it is new and holds nothing else. */
  readonly leadsToMount: (path: string) => boolean;
  /** `isFolder`: false where the content of a folder is asked for, true for the folder itself. */
  readonly leaveOut: (path: BytePath, isFolder: boolean) => boolean;
}

interface Folder {
  readonly prefix: string;
  readonly row: Row;
  readonly opaque: boolean;
  /** The topmost path that is left out here, or `own`; undefined if entries below count. */
  readonly skipped: string | undefined;
  /** The topmost folder here of which only the content is left out. */
  readonly emptied: string | undefined;
  state: 'waiting' | 'new' | 'decided';
}

/** No path: marks a folder of the engine's own. */
const own = '\0';

/**
 * Decides what to lay on the parent so that it becomes the container's tree: a
 * comparison of two trees, path by path, sorted as the helper lists them. Keeps
 * only the folders above the current path.
 */
export class DeltaWalk {
  readonly #options: DeltaOptions;
  readonly #above: Folder[] = [];
  #lastLeftOut: string | undefined;

  constructor(options: DeltaOptions) {
    this.#options = options;
  }

  /** True if `next` needs to know whether the image that the container was made from has the path, too. */
  needsBase({ path, row }: Found): boolean {
    if (row !== undefined || this.#options.since === undefined) return false;
    const folder = this.#enter(path);
    return !this.#isSkipped(path, folder) && folder?.opaque !== true;
  }

  /** `inBase`: the answer to `needsBase`; true if that was false. */
  next({ path, row }: Found, inBase: boolean): readonly Decision[] {
    const folder = this.#enter(path);
    const absolute = pathFromLatin1(`/${path}`);
    if (folder?.skipped === own || this.#options.own(absolute)) {
      if (row?.type === 'd') this.#push(row, folder, own, 'decided');
      return [];
    }
    if (row === undefined) {
      if (this.#isSkipped(path, folder) || (folder?.opaque !== true && inBase)) return [];
      return [...this.#settle(), { kind: 'hidden', path }];
    }
    const { twin } = row;
    const made = row.type === 'd' && twin === undefined && this.#options.leadsToMount(absolute);
    const first = made || folder?.state !== 'new' ? [] : this.#settle();
    const skipped = folder?.skipped ?? (this.#options.leaveOut(absolute, row.type === 'd') ? path : undefined);
    if (skipped !== undefined) {
      const topmost = folder?.emptied ?? skipped;
      if (row.type === 'd') this.#push(row, folder, skipped, 'decided');
      // Most folders without changed files are there because something was mounted in them.
      else if (this.#isFresh(row) && this.#lastLeftOut !== topmost) {
        this.#lastLeftOut = topmost;
        return [...first, { kind: 'left-out', path: topmost }];
      }
      return first;
    }
    if (row.type === 'w') return twin === undefined ? first : [...first, ...this.#settle(), { kind: 'hidden', path }];
    if (row.type === 's') {
      const gone = twin === undefined ? [] : [...this.#settle(), { kind: 'hidden', path } as const];
      return [...first, ...gone, { kind: 'socket', path, row }];
    }
    if (made) {
      this.#push(row, folder, undefined, 'new');
      return first;
    }
    const changed = twin?.same !== true || twin.differs || (row.type !== 'd' && this.#isFresh(row));
    const above = changed && first.length === 0 ? this.#settle() : first;
    if (row.type === 'd') this.#push(row, folder, undefined, changed ? 'decided' : 'waiting');
    if (!changed && row.inode === undefined) return above;
    const kind = !changed ? 'linked' : isNew(row, twin) ? 'added' : 'changed';
    return above.length === 0 ? [{ kind, path, row }] : [...above, { kind, path, row }];
  }

  /** Leaves the folders that a path is not in, and returns the one that it is in. */
  #enter(path: string): Folder | undefined {
    for (let last = this.#above.at(-1); last !== undefined; last = this.#above.at(-1)) {
      if (path.startsWith(last.prefix)) return last;
      this.#above.pop();
    }
    return undefined;
  }

  #push(row: Row, folder: Folder | undefined, skipped: string | undefined, state: Folder['state']): void {
    const opaque = row.opaque || folder?.opaque === true;
    const isEmptied = skipped === undefined && this.#options.leaveOut(pathFromLatin1(`/${row.path}`), false);
    const emptied = folder?.emptied ?? (isEmptied ? row.path : undefined);
    this.#above.push({ prefix: `${row.path}/`, row, opaque, skipped, emptied, state });
  }

  #isSkipped(path: string, folder: Folder | undefined): boolean {
    return (
      folder?.skipped !== undefined ||
      this.#options.own(`/${path}`) ||
      this.#options.leaveOut(pathFromLatin1(`/${path}`), false)
    );
  }

  #isFresh({ ctime }: Row): boolean {
    return this.#options.since === undefined || ctime > this.#options.since;
  }

  /**
   * Decides the folders above that are undecided: unchanged ones keep owner and
   * mode only as part of the layer, and new ones hold more than a mount.
   */
  #settle(): Decision[] {
    const decisions: Decision[] = [];
    if (this.#above.at(-1)?.state === 'decided') return decisions;
    for (const folder of this.#above) {
      if (folder.state === 'decided') continue;
      decisions.push({ kind: folder.state === 'new' ? 'added' : 'leading', path: folder.row.path, row: folder.row });
      folder.state = 'decided';
    }
    return decisions;
  }
}

/** A change between folder and no folder counts as new. */
function isNew({ type }: Row, twin: Twin | undefined): boolean {
  return twin === undefined || twin.folder !== (type === 'd');
}
