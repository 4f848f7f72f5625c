import type { Digest } from './version.ts';
import type { Restrictions } from './workspace.ts';

/** A point-in-time copy of a workspace on its engine: file system, volumes and services' data. */
export interface Snapshot {
  /** 1, 2, 3 … within one workspace. */
  readonly number: number;
  /** ISO 8601, UTC, to the second. */
  readonly date: string;
  readonly message: string;
  readonly cause: SnapshotCause;
  /** Absent if there was no container: then it has only volumes. */
  readonly container?: ContainerCopy;
  /** Of the workspace. What is made of the snapshot has them, too. */
  readonly restricted?: Restrictions;
  readonly volumes: readonly VolumeCopy[];
  readonly pauses: readonly SnapshotPause[];
  /** Milliseconds for the copy of all volumes; absent if there were none. */
  readonly copied?: number;
  /** Bytes on the engine's machine. */
  readonly bytes: number;
}

/** By hand, or automatically before a command that discards this state. */
export type SnapshotCause = 'hand' | 'destroy' | 'reset' | 'restore';

/** The file system of the workspace: a version and the changes since then. */
export interface ContainerCopy {
  readonly version: number;
  readonly content: Digest;
  /** Absent if there were no changes. */
  readonly drift?: {
    /** Name of an image of the whole file system. */
    readonly image: string;
    /** `layer`: its topmost layer is the drift, on those of the version. `image`: the storage shows no layers. */
    readonly kind: 'layer' | 'image';
  };
}

/** How to find a volume again: by its name in devenv.yaml, or by the service and folder that it belongs to. */
export type VolumeIdentity =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'unnamed'; readonly service: string; readonly target: string };

/** One volume's data. */
type VolumeCopy = VolumeIdentity & {
  /** Bytes of the copy. */
  readonly bytes: number;
};

/** How long a writer was stopped for the copy, in milliseconds. */
export type SnapshotPause =
  /** It was paused. `name`: `workspace`, or that of a service. */
  | { readonly name: string; readonly by: 'pause'; readonly held: number }
  /** Its own commands ran around the copy: how long each took. */
  | { readonly name: string; readonly by: 'quiesce'; readonly before: number; readonly after: number };
