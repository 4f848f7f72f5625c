import type { BytePath } from '../model/byte-path.ts';
import type { Image } from '../model/image.ts';
import type { Listing } from './changes.ts';

/** How a workspace's changes become an image. */
export interface Capture {
  /**
   * Makes ready what capturing such changes takes, while something else is
   * done: what fails is told by `capture`. That, of the same container, or
   * `release` has to follow. Settled, and never rejected, once the engine was
   * asked for all of it: a process that is busy from then on keeps nothing waiting.
   */
  prepare(request: Preparing): Promise<void>;
  /** Gives back what was made ready, where nothing is captured after all. */
  release(): Promise<void>;
  /**
   * Captures what the container has and `parent` has not, less what is left
   * out, as one layer on `parent`. Absent where that is nothing. Where the
   * engine's storage does not allow it, everything is captured as the engine
   * does it, and the result says so. Throws SPARSE_FILE, RESERVED_NAME, LONG_PATH, and
   * what the engine throws; nothing is left behind then.
   */
  capture(request: CaptureRequest): Promise<CaptureResult | undefined>;
  /** Lets a container go on that is frozen still, though whoever wanted that was killed, and what watches over it. */
  thaw(container: string): Promise<void>;
  /** Removes what a capture that was killed left beside a container. To be called under the project's lock. */
  clean(container: string): Promise<void>;
}

export interface Preparing extends Pick<CaptureRequest, 'container' | 'parent' | 'since' | 'apart'> {
  readonly expected: Expected;
  /** Nothing is made before that: what a killed program left is known by what it wrote down. */
  readonly written: Promise<unknown>;
}

export interface CaptureRequest {
  readonly container: string;
  /** The image of the version that the container stands at: the one it was made from, or captured as last. */
  readonly parent: Image;
  /** Engine time when `parent` was captured from this container; absent where the container was made from it. */
  readonly since?: string;
  /** True where the container lies on more than `parent`: nothing but its own changes is to be captured. */
  readonly apart?: boolean;
  /** What it will be about, where that was looked at just now; else it is looked at first, to make ready what that takes. */
  readonly expected?: Expected;
  /** What `Changes.list` gave of the same: where nothing changed since, nobody looks again at what `leaveOut` takes nothing of. */
  readonly listed?: Listing;
  /** Has to go well before anything stands still; what copying takes is made ready meanwhile. */
  readonly allowed?: Promise<unknown>;
  /** Waits until everything that the container wrote before is on disk. With it, most is copied while the container runs. */
  readonly flushed?: () => Promise<void>;
  /** Names the new image. */
  readonly reference: string;
  /** Labels of the image besides the parent's; asked for when nothing moves any more. */
  readonly label?: () => Promise<Readonly<Record<string, string>>>;
  /** No file of the layer is younger, in seconds since the epoch: the same change makes the same layer. */
  readonly latest: number;
  /** True for a path that the version is not to have. */
  readonly leaveOut: (path: BytePath, isFolder?: boolean) => boolean;
  /** Runs `work` while nothing in the container moves. */
  readonly still: <T>(work: (quiet?: Quiet) => Promise<T>) => Promise<T>;
}

export interface Quiet {
  /** Nor did anything move since `listed`. */
  readonly calm?: boolean;
  /** It is kept still by `Changes.freeze`: its engine, which takes it for one that runs, must not pause it. */
  readonly frozen?: boolean;
}

export interface Expected {
  /** Number of entries that changed. */
  readonly paths: number;
  /** Of all files among them. */
  readonly bytes: number;
  /** True where some of it will be left out. */
  readonly leavesOut: boolean;
}

export interface CaptureResult {
  readonly image: Image;
  /** `delta`: exactly the changes. `engine`: the engine's own commit, of the container as a whole. */
  readonly method: 'delta' | 'engine';
  /** True for a layer on `parent`; else it lies on the image that the container was made from. */
  readonly onParent: boolean;
  /** Entries that changed, folders that only lead to them left out. Absent where the engine cannot tell. */
  readonly changes?: number;
  /** Paths that were left out, the topmost of each tree, the first 10,000. */
  readonly leftOut: readonly BytePath[];
  /** Absent where the engine cannot tell. */
  readonly dropped?: Dropped;
}

/** What changed and no version can have, since engines do not keep it; of each kind the first 10,000 paths. */
export interface Dropped {
  readonly sockets: readonly BytePath[];
  /** Entries with an access list; their mode is kept. */
  readonly acls: readonly BytePath[];
  /** Entries with extended attributes of their own, `user.*` mostly; file capabilities are kept. */
  readonly attributes: readonly BytePath[];
  /** How many files have times below a second. */
  readonly times: number;
}
