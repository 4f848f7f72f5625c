/**
 * Makes a container stand still that is about to be removed, and sees that
 * nothing was written in it that nobody agreed to lose. Throws DRIFT_UNSAVED,
 * and the container goes on.
 */
export type Leave = (container: string) => Promise<Leaving>;

export interface Leaving {
  /** Looks once more: for who had to let the container go on meanwhile. */
  check(): Promise<void>;
  /** Must be called. A container that is still there goes on. */
  release(): Promise<void>;
}
