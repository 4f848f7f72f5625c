import type { BytePath } from './byte-path.ts';

/** What is at one path of an image. */
export interface TreeEntry {
  /** As `find` names it: `f` file, `d` folder, `l` link, `p` fifo, `s` socket, `c` and `b` devices. */
  readonly type: string;
  /** Octal digits, setuid, setgid and sticky included. */
  readonly mode: string;
  /** `uid:gid` */
  readonly owner: string;
  /** Bytes; 0 for what is no file. */
  readonly size: number;
  /** Seconds since the epoch, as text. */
  readonly mtime: string;
  /** Target of a link. */
  readonly target: string;
}

/** A file system, by path. */
export type Tree = ReadonlyMap<BytePath, TreeEntry>;

/** `Path` is `string` in what is shown to people. */
export interface TreeChange<Path extends string = BytePath> {
  readonly path: Path;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What differs, where both have the path: `type`, `mode`, `owner`, `size`, `target`, `content`. */
  readonly what: readonly string[];
}
