import { pathFromLatin1, type BytePath } from '../../../model/byte-path.ts';
import type { EntryKind } from './entry-table.ts';
import type { Row } from '../helper/row.ts';
import type { Twin } from '../helper/read-found-row.ts';

/** One path that either side of a comparison has. */
export interface Found<R extends Row = Row> {
  readonly path: string;
  /** Of the container's upper folder; absent where only the parent has the path. */
  readonly row?: R | undefined;
  /** Whether that row is a folder that hides what lies below it. */
  readonly opaque?: boolean;
  readonly twin?: Twin | undefined;
}

/**
 * What is to be done with a path; see Entry. `linked`: only where another name of
 * that file is copied. `left-out`: the topmost path of what changed and is not to
 * be captured.
 */
export type Decision<R extends Row = Row> =
  | { readonly kind: Exclude<EntryKind, 'hidden'>; readonly path: string; readonly row: R }
  | { readonly kind: 'hidden'; readonly path: string }
  | { readonly kind: 'left-out'; readonly path: string };

export interface DeltaOptions {
  /** Seconds, as in rows: what changed no later and looks the same is in the parent already. Absent: all of it counts as changed. */
  readonly since: string | undefined;
  /** True for paths that are nobody's change, and all below them. */
  readonly own: (path: string) => boolean;
  /** True for a folder that engines make to lead to a mount: nobody's change where it is new and nothing else is in it. */
  readonly leadsToMount: (path: string) => boolean;
  readonly leaveOut: (path: BytePath) => boolean;
}

interface Folder<R extends Row> {
  readonly prefix: string;
  readonly row: R;
  readonly opaque: boolean;
  /** The topmost path that is left out here, or `own`; absent where what is below counts. */
  readonly skipped: string | undefined;
  state: 'waiting' | 'new' | 'decided';
}

/** No path: what is below it is nobody's change. */
const own = '\0';

/**
 * What has to be laid on the parent so that it becomes the container's tree:
 * a comparison of two trees, path by path, in which the overlay's own marks of
 * deletions play a small part. Paths come sorted as the helper lists
 * them; only the folders above the present one are kept.
 */
export class DeltaWalk<R extends Row> {
  readonly #options: DeltaOptions;
  readonly #above: Folder<R>[] = [];
  #lastLeftOut: string | undefined;

  constructor(options: DeltaOptions) {
    this.#options = options;
  }

  /** Whether it counts for the next path, which only the parent has, if the image that the container was made from has it, too. */
  needsBase({ path, row }: Found<R>): boolean {
    if (row !== undefined || this.#options.since === undefined) return false;
    const folder = this.#enter(path);
    return !this.#isSkipped(path, folder) && folder?.opaque !== true;
  }

  /** `inBase`: what was asked; true where it was not. */
  next({ path, row, opaque = false, twin }: Found<R>, inBase: boolean): readonly Decision<R>[] {
    const folder = this.#enter(path);
    const absolute = pathFromLatin1(`/${path}`);
    if (folder?.skipped === own || this.#options.own(absolute)) {
      if (row?.type === 'd') this.#push(row, opaque, folder, own, 'decided');
      return [];
    }
    if (row === undefined) {
      if (this.#isSkipped(path, folder) || (folder?.opaque !== true && inBase)) return [];
      return [...this.#settle(), { kind: 'hidden', path }];
    }
    const made = row.type === 'd' && twin === undefined && this.#options.leadsToMount(absolute);
    const first = made || folder?.state !== 'new' ? [] : this.#settle();
    const skipped = folder?.skipped ?? (this.#options.leaveOut(absolute) ? path : undefined);
    if (skipped !== undefined) {
      if (row.type === 'd') this.#push(row, opaque, folder, skipped, 'decided');
      // A folder alone is mostly there because something was mounted in it.
      else if (this.#isFresh(row) && this.#lastLeftOut !== skipped) {
        this.#lastLeftOut = skipped;
        return [...first, { kind: 'left-out', path: skipped }];
      }
      return first;
    }
    if (row.type === 'w') return twin === undefined ? first : [...first, ...this.#settle(), { kind: 'hidden', path }];
    if (row.type === 's') {
      const gone = twin === undefined ? [] : [...this.#settle(), { kind: 'hidden', path } as const];
      return [...first, ...gone, { kind: 'socket', path, row }];
    }
    if (made) {
      this.#push(row, opaque, folder, undefined, 'new');
      return first;
    }
    const changed = twin?.same !== true || twin.differs || (row.type !== 'd' && this.#isFresh(row));
    const above = changed && first.length === 0 ? this.#settle() : first;
    if (row.type === 'd') this.#push(row, opaque, folder, undefined, changed ? 'decided' : 'waiting');
    if (!changed && row.inode === undefined) return above;
    const kind = !changed ? 'linked' : isNew(row, twin) ? 'added' : 'changed';
    return above.length === 0 ? [{ kind, path, row }] : [...above, { kind, path, row }];
  }

  /** Leaves the folders that a path is not in; gives the one that it is in. */
  #enter(path: string): Folder<R> | undefined {
    for (let last = this.#above.at(-1); last !== undefined; last = this.#above.at(-1)) {
      if (path.startsWith(last.prefix)) return last;
      this.#above.pop();
    }
    return undefined;
  }

  #push(
    row: R,
    opaque: boolean,
    folder: Folder<R> | undefined,
    skipped: string | undefined,
    state: Folder<R>['state'],
  ): void {
    this.#above.push({ prefix: `${row.path}/`, row, opaque: opaque || folder?.opaque === true, skipped, state });
  }

  #isSkipped(path: string, folder: Folder<R> | undefined): boolean {
    return (
      folder?.skipped !== undefined ||
      this.#options.own(`/${path}`) ||
      this.#options.leaveOut(pathFromLatin1(`/${path}`))
    );
  }

  #isFresh({ ctime }: Row): boolean {
    return this.#options.since === undefined || ctime > this.#options.since;
  }

  /**
   * Folders above of which nothing was said yet: those that did not change keep
   * owner and mode only as part of the layer, and those that were made to lead
   * to a mount have something else in them.
   */
  #settle(): Decision<R>[] {
    const decisions: Decision<R>[] = [];
    if (this.#above.at(-1)?.state === 'decided') return decisions;
    for (const folder of this.#above) {
      if (folder.state === 'decided') continue;
      decisions.push({ kind: folder.state === 'new' ? 'added' : 'leading', path: folder.row.path, row: folder.row });
      folder.state = 'decided';
    }
    return decisions;
  }
}

/** What replaces a folder, or a folder that replaces something, is as good as new. */
function isNew({ type }: Row, twin: Twin | undefined): boolean {
  return twin === undefined || twin.folder !== (type === 'd');
}
