/** Files of this machine that do not fit in memory. Paths are absolute. */
export interface LargeFiles {
  /** Opens a regular file; absent when there is none. Throws FILE_UNREADABLE. */
  open(path: string): Promise<LargeFile | undefined>;
  /**
   * Opens the part file beside `path`, in which the content of `path` is made; creates it if there is none. Its name
   * is `path` with `.part`. Throws FILE_UNWRITABLE, also if it is a link.
   */
  openPart(path: string): Promise<PartFile>;
}

export interface LargeFile {
  /** Bytes. */
  readonly size: number;
  /** Bytes from a position; fewer than `length` at the end of the file. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** A file that an earlier run may have begun. Every method may throw FILE_UNWRITABLE; the file stays. */
export interface PartFile extends LargeFile {
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Ends the file after `size` bytes, makes it durable, and gives it its name. */
  finish(size: number): Promise<void>;
}
