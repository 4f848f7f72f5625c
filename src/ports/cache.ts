/** Large files that can be made again, in the user's cache folder. Names may hold `/`. */
export interface Cache {
  find(name: string): Promise<CachedFile | undefined>;
  /** Makes a file anew: it takes its name only when `make`, which fills the path given to it, has succeeded. */
  put(name: string, make: (path: string) => Promise<void>): Promise<CachedFile>;
  /**
   * Runs work while no other devenv of this user runs work of that name: waits for it, and says for what (`resource`;
   * default: the name). Throws RESOURCE_BUSY.
   */
  alone<T>(name: string, work: () => Promise<T>, resource?: string): Promise<T>;
}

/** A cache that can be measured and emptied. */
export interface MeasuredCache extends Cache {
  /** How many files were made more than `age` milliseconds ago, and their bytes together. */
  weigh(age: number): Promise<{ readonly count: number; readonly size: number }>;
  /** Removes the files that were made more than `age` milliseconds ago. Others may be reading them. */
  removeOlder(age: number): Promise<void>;
}

export interface CachedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly made: number;
  /** sha256 of the content, as it was when the file was put. */
  readonly digest: `sha256:${string}`;
  read(): AsyncIterable<Uint8Array>;
}
