import type { Digest } from './version.ts';

/** A point-in-time copy of a workspace on its engine: file system, volumes and services' data. */
export interface Snapshot {
  /** 1, 2, 3 … within one workspace. */
  readonly number: number;
  /** ISO 8601, UTC, to the second. */
  readonly date: string;
  readonly message: string;
  readonly cause: SnapshotCause;
  /** Absent where there was no container, and so volumes alone. */
  readonly container?: ContainerCopy;
  readonly volumes: readonly VolumeCopy[];
  readonly pauses: readonly SnapshotPause[];
  /** Milliseconds that all volumes together took to copy; absent where there were none. */
  readonly copied?: number;
  /** Bytes that it takes on the engine's machine. */
  readonly bytes: number;
}

/** By hand, or by itself before what would have destroyed this state. */
export type SnapshotCause = 'hand' | 'destroy' | 'reset' | 'restore';

/** The workspace's file system: a version, and what there was beyond it. */
export interface ContainerCopy {
  readonly version: number;
  readonly content: Digest;
  /** Absent where there was nothing beyond the version. */
  readonly drift?: {
    /** Name of an image of all of it. */
    readonly image: string;
    /** `layer`: its topmost layer is the drift, on the version's own. `image`: this storage shows no layers. */
    readonly kind: 'layer' | 'image';
  };
}

/** How a volume is found again: by its name in devenv.yaml, or, where it has none, by the service and the folder it is for. */
export type VolumeIdentity =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'unnamed'; readonly service: string; readonly target: string };

/** One volume's data. */
export type VolumeCopy = VolumeIdentity & {
  /** Bytes of the copy. */
  readonly bytes: number;
};

/** What was held for the copy, and for how long: milliseconds. */
export type SnapshotPause =
  /** Nothing in it ran. `workspace`, or the name of a service. */
  | { readonly name: string; readonly by: 'pause'; readonly held: number }
  /** Its own commands brought its data to rest, and it ran on: how long each of them took. */
  | { readonly name: string; readonly by: 'quiesce'; readonly before: number; readonly after: number };
