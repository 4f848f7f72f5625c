/** One writer per project: `up`, `build`, `commit` and the like hold it while they change things. */
export interface ProjectLock {
  /**
   * Waits for the holder and says who that is; throws PROJECT_BUSY when the
   * wait ends. A dead holder's lock is taken over.
   */
  hold<T>(folder: string, command: string, work: (held: Held) => Promise<T>): Promise<T>;
  /** True if no process holds the lock now, or its holder is certainly dead. */
  isFree(folder: string): Promise<boolean>;
}

export interface Held {
  /** Throws PROJECT_BUSY if the lock was lost, e.g. after the machine slept. Called before each write. */
  check(): void;
}
