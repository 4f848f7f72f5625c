export interface OpenFile {
  /** Bytes. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** The files of this machine that devenv reads and writes. Paths are absolute. */
export interface HostFiles {
  /**
   * Absent when there is no such file. Throws FILE_UNREADABLE for folders, fifos
   * and files over `limit` bytes (`data.limit`). `within`: a folder that the file must lie in,
   * links followed; whoever writes that folder cannot have another file read.
   */
  readText(path: string, limit: number, within?: string): Promise<string | undefined>;
  /**
   * Opens a regular file; absent when there is none. `content` is read once, and closes the file at its end.
   * `within`, errors: as in `readText`.
   */
  open(path: string, within?: string): Promise<OpenFile | undefined>;
  /** sha256 of a regular file's bytes, lower-case hex; absent when there is none. `within`: as in `readText`. */
  hash(path: string, within?: string): Promise<string | undefined>;
  /**
   * Whole or not at all: temporary file beside it, fsync, rename, fsync of the folder. `mode`: of a new file, which the
   * person's umask limits; default 0666.
   */
  writeAtomic(path: string, text: string, mode?: number): Promise<void>;
  /**
   * With the folders above it, where they are missing; one that is there stays as it is. Only the person may use
   * them, unless `mode` says more, which their umask limits. Root makes them for the owner of the folder above.
   * Throws FILE_UNWRITABLE.
   */
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Numeric owner of a file or folder. */
  owner(path: string): Promise<{ readonly uid: number; readonly gid: number }>;
  /** What is at a path, links followed; absent when nothing is. `other`: fifo, socket, device. */
  kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined>;
  /**
   * Names in a folder, sorted, `most` at most; none if there is no folder, or it cannot be read. `within`: as in
   * `readText`.
   */
  list(path: string, most: number, within: string): Promise<readonly string[]>;
  /** Identity of a folder, which a rename keeps and a copy does not have; absent when there is nothing. */
  identify(path: string): Promise<string | undefined>;
  /** The path with every link resolved; absent when there is nothing. */
  realPath(path: string): Promise<string | undefined>;
}
