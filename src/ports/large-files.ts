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

/** The files of devenv itself. Every method may throw FILE_UNWRITABLE. Paths are absolute. */
export interface ProgramFiles {
  /**
   * Unpacks an npm package into a new folder inside `parent` and returns its path. What is in the package's
   * own folder is in it. Throws CONTENT_MISMATCH for anything but files and folders, or paths that lead out of it.
   */
  unpack(tarball: AsyncIterable<Uint8Array>, parent: string): Promise<string>;
  /** Gives a file or folder another path on the same disk, at once, in place of a file or an empty folder that is there. */
  move(from: string, to: string): Promise<void>;
  /** Makes a link, or lets one that is there lead to `target`, at once. */
  link(target: string, path: string): Promise<void>;
  /** Removes a file or folder. What is not there is no error. */
  remove(path: string): Promise<void>;
}
