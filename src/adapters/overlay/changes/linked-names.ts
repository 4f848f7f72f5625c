import { comparePaths } from '../../../model/byte-path.ts';
import { EntryTable, type Entry } from './entry-table.ts';
import type { Row } from '../helper/row.ts';

/**
 * Files with several names that a comparison met: a layer with one of the names
 * needs all of them, or they become separate files. A moved folder changes one
 * name and leaves the others unchanged.
 */
export class LinkedNames {
  readonly #copied = new Set<number>();
  readonly #unchanged = new EntryTable();
  /** Inodes of these, in their order. */
  readonly #inodes: number[] = [];

  addCopied({ inode }: Row): void {
    if (inode !== undefined) this.#copied.add(inode);
  }

  addUnchanged({ path, type, size, inode = 0 }: Row): void {
    this.#unchanged.add({ kind: 'linked', type, path, size, target: '' });
    this.#inodes.push(inode);
  }

  /** Adds the missing names of files in a table, and the folders above them. */
  complete(entries: EntryTable): EntryTable {
    const linked = this.#listLinked();
    const first = linked.next();
    if (first.done === true) return entries;
    const completed = new EntryTable();
    const folders = new FoldersAbove();
    for (const entry of inOrder(entries, first.value, linked)) {
      if (entry.kind === 'linked') {
        for (const path of folders.enter(entry.path)) {
          completed.add({ kind: 'leading', type: 'd', path, size: 0, target: '' });
        }
      }
      completed.add(entry);
      if (entry.type === 'd') folders.add(entry.path);
    }
    return completed;
  }

  *#listLinked(): Generator<Entry, undefined> {
    if (this.#copied.size === 0) return;
    let index = 0;
    for (const entry of this.#unchanged) if (this.#copied.has(this.#inodes[index++] ?? 0)) yield entry;
  }
}

function* inOrder(entries: Iterable<Entry>, first: Entry, rest: Iterator<Entry, undefined>): Generator<Entry> {
  let next: Entry | undefined = first;
  for (const entry of entries) {
    for (; next !== undefined && comparePaths(next.path, entry.path) < 0; next = rest.next().value) yield next;
    yield entry;
  }
  for (; next !== undefined; next = rest.next().value) yield next;
}

/** The folders above the current path that a table has already. */
class FoldersAbove {
  readonly #known: string[] = [];

  add(path: string): void {
    this.#leave(path);
    this.#known.push(`${path}/`);
  }

  /** Adds the folders above a path, and returns those that were missing. */
  enter(path: string): readonly string[] {
    this.#leave(path);
    const missing: string[] = [];
    const from = this.#known.at(-1)?.length ?? 0;
    for (let at = path.indexOf('/', from); at !== -1; at = path.indexOf('/', at + 1)) {
      missing.push(path.slice(0, at));
      this.#known.push(path.slice(0, at + 1));
    }
    return missing;
  }

  #leave(path: string): void {
    for (let last = this.#known.at(-1); last !== undefined && !path.startsWith(last); last = this.#known.at(-1)) {
      this.#known.pop();
    }
  }
}
