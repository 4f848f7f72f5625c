/**
 * Pauses a container that is about to be removed, and checks that nothing was
 * written in it since the person agreed to lose what it held. Throws
 * DRIFT_UNSAVED; the container runs on then.
 */
export type Leave = (container: string) => Promise<Leaving>;

export interface Leaving {
  /** Checks again, for callers that let the container run meanwhile. */
  check(): Promise<void>;
  /** Must be called. A container that was not removed runs on. */
  release(): Promise<void>;
}

/** For containers in which nothing can be lost. */
export const leaveAtOnce: Leave = async () => ({ check: async () => undefined, release: async () => undefined });
