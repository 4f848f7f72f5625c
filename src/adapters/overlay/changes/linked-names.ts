import { comparePaths } from '../../../model/byte-path.ts';
import { EntryTable, type Entry } from './entry-table.ts';
import type { Row } from '../helper/row.ts';

/**
 * Files with several names, while a comparison goes on: a layer that has one of
 * the names has to have all of them, or they are files of their own elsewhere.
 * A folder that was moved brings a name anew and leaves the others as they were.
 */
export class LinkedNames {
  readonly #copied = new Set<number>();
  readonly #unchanged = new EntryTable();
  /** Of those, in their order. */
  readonly #inodes: number[] = [];

  addCopied({ inode }: Row): void {
    if (inode !== undefined) this.#copied.add(inode);
  }

  addUnchanged({ path, type, size, inode = 0 }: Row): void {
    this.#unchanged.add({ kind: 'linked', type, path, size, target: '' });
    this.#inodes.push(inode);
  }

  /** Entries with all names of the files among them, and the folders that lead to these. */
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

/** Folders above the present path that are in a table already. */
class FoldersAbove {
  readonly #known: string[] = [];

  add(path: string): void {
    this.#leave(path);
    this.#known.push(`${path}/`);
  }

  /** Those above a path that are not; they are from now on. */
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
