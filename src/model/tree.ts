import type { BytePath } from './byte-path.ts';

/** The entry at one path of an image. */
export interface TreeEntry {
  /** As in `find`: `f` file, `d` folder, `l` link, `p` fifo, `s` socket, `c` and `b` devices. */
  readonly type: string;
  /** Octal digits, setuid, setgid and sticky included. */
  readonly mode: string;
  /** `uid:gid` */
  readonly owner: string;
  /** Bytes of a file; 0 for other types. */
  readonly size: number;
  /** Seconds since the epoch, as text. */
  readonly mtime: string;
  /** Target of a link. */
  readonly target: string;
}

/** A file system, by path. */
export type Tree = ReadonlyMap<BytePath, TreeEntry>;

/** A path that differs between two trees. `Path`: `string` for people. */
export interface TreeChange<Path extends string = BytePath> {
  readonly path: Path;
  readonly kind: 'added' | 'removed' | 'changed';
  /** What differs, if both have the path: `type`, `mode`, `owner`, `size`, `target`, `content`. */
  readonly what: readonly string[];
}
