/** What a container changed, read raw beside it on the engine's machine: exact where the engine's own list is not. */
export interface Changes {
  /**
   * Makes ready what reading needs, so that each `read` up to the release
   * starts at once: a container that is paused for it stands still for the
   * reading alone. The release must be called.
   */
  keep(container: string): Promise<() => Promise<void>>;

  /**
   * Every changed entry with its content, in the order of a sorted walk;
   * mounts, the engine's bookkeeping and sockets are left out. `since`: engine
   * time; only entries whose inode changed after it. The content of an entry
   * must be read, or skipped by going on, before the next one.
   */
  read(container: string, options?: { readonly since?: string }): AsyncIterable<ChangedEntry>;
}

export interface ChangedEntry {
  /** Bytes, absolute (`/usr/bin/jq`), any byte but NUL; not always UTF-8. */
  readonly path: Uint8Array;
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink' | 'fifo' | 'character' | 'block' | 'deleted';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of a file; 0 for all others. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Target of a symlink, or absolute path of the entry that a hard link shares its inode with. */
  readonly target?: Uint8Array;
  /** True for a folder that hides what the versions below have in it. */
  readonly opaque: boolean;
  /** Content of a file. */
  readonly content: AsyncIterable<Uint8Array>;
}
