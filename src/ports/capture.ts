import type { BytePath } from '../model/byte-path.ts';
import type { Image } from '../model/image.ts';
import type { Listing } from './changes.ts';

/** How a workspace's changes become an image. */
export interface Capture {
  /**
   * Prepares a capture ahead; `capture` of the same container, or `release`, must
   * follow. Resolves when the engine was asked for everything, so that this
   * process may be busy. Never rejects: `capture` reports failures.
   */
  prepare(request: Preparing): Promise<void>;
  /** Drops what was prepared. */
  release(): Promise<void>;
  /**
   * Captures the differences of the container from `parent`, without what is left
   * out, as one layer on `parent`. Undefined if there are none. If the engine's
   * storage cannot be read, the engine commits the whole container, and the
   * result says so. Throws SPARSE_FILE, RESERVED_NAME, LONG_PATH and the engine's
   * errors, and leaves nothing behind.
   */
  capture(request: CaptureRequest): Promise<CaptureResult | undefined>;
  /** Thaws a container whose command and keeper were killed. */
  thaw(container: string): Promise<void>;
  /** Removes what a killed capture left. Call it under the project's lock. */
  clean(container: string): Promise<void>;
}

export interface Preparing extends Pick<CaptureRequest, 'container' | 'parent' | 'since' | 'apart'> {
  readonly expected: Expected;
  /** Nothing is created before: recovery knows a killed command by its record. */
  readonly written: Promise<unknown>;
}

export interface CaptureRequest {
  readonly container: string;
  /** The image of the version that the container stands at. */
  readonly parent: Image;
  /** Engine time when `parent` was captured from this container; undefined if the container was made from it. */
  readonly since?: string;
  /** True if the container lies on more than `parent`, of which nothing is captured. */
  readonly apart?: boolean;
  /** The size of the changes, if known; otherwise it is determined first. */
  readonly expected?: Expected;
  /** A result of `Changes.list`: it is not listed again if nothing changed since and nothing is left out. */
  readonly listed?: Listing;
  /** The container is held only after this; a rejection ends the capture. */
  readonly allowed?: Promise<unknown>;
  /** Waits until everything that the container wrote before is on disk. With it, most is copied while the container runs. */
  readonly flushed?: () => Promise<void>;
  /** Names the new image. */
  readonly reference: string;
  /** Labels of the image besides the parent's; called when the container is held. */
  readonly label?: () => Promise<Readonly<Record<string, string>>>;
  /** Latest time of a file in the layer, in seconds since the epoch: the same change makes the same layer. */
  readonly latest: number;
  /** True for a path that is left out; `isFolder`: false also asks about the content of a folder. */
  readonly leaveOut: (path: BytePath, isFolder?: boolean) => boolean;
  /** Runs `work` while the container is held. */
  readonly still: <T>(work: (quiet?: Quiet) => Promise<T>) => Promise<T>;
}

export interface Quiet {
  /** Nothing changed since `listed`. */
  readonly calm?: boolean;
  /** `Changes.freeze` holds it: the engine takes it for a running one and must not pause it. */
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
