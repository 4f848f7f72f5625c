/** One entry of a file system. Texts have one character per byte. */
export interface Row {
  /** From the root, without a slash at its start. */
  readonly path: string;
  /** `f`, `d`, `l`, `p`, `s`, `b`, `c`; `w` for the overlay's mark of a deletion. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes on disk. */
  readonly allocated: number;
  /** True where the time of its content has a part below a second. */
  readonly fine: boolean;
  /** When the inode changed last: seconds with nanoseconds, as text, comparable where both have ten digits before the point. */
  readonly ctime: string;
  /** Which file it is, of those with several names; absent where it has one, or where that was not asked for. */
  readonly inode?: number;
  /** Of layers that lie on each other, the number of the one that it is in. */
  readonly layer?: number;
}
