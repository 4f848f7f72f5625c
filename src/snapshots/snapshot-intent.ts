import type { CommandLine } from '../model/workspace.ts';
import { intentFile } from '../observe/intent-file.ts';

/** Of a snapshot, a restore or a seed that is under way in a project folder, or was killed. */
export const snapshotIntent = intentFile<SnapshotIntent | RestoreIntent | SeedIntent>('snapshot');

/** What a snapshot is about to do, written down before: whoever finds it later lets go what is held and removes the rest. */
export interface SnapshotIntent {
  readonly kind: 'snapshot';
  readonly transaction: string;
  /** Address of the engine. */
  readonly engine: string;
  /** Id of the workspace's container, which is captured. */
  readonly container?: string;
  /** Ids of what is paused for it, and was not before. */
  readonly paused: readonly string[];
  /** What services run afterwards that bring their data to rest by themselves. */
  readonly after: readonly { readonly container: string; readonly command: CommandLine }[];
  /** The engine's name of the volume that is being filled. */
  readonly store: string;
  /** Name of the image that is being made. */
  readonly image: string;
}

/** What a restore is about to do: undone while it prepares, finished once it exchanges. */
export interface RestoreIntent {
  readonly kind: 'restore';
  readonly transaction: string;
  readonly engine: string;
  readonly phase: 'prepare' | 'exchange';
  /** Number of the snapshot. */
  readonly number: number;
  /** An image whose programs move the data. */
  readonly image: string;
  /** The engine's names of the volumes that are restored, in the order of the copies. */
  readonly volumes: readonly string[];
  readonly store: string;
  /** Ids of containers that ran before and are to run again, in this order: services, then the workspace. */
  readonly ran: readonly string[];
  /** The workspace's new container. */
  readonly replacement?: {
    /** Its name until it takes the old one's place. */
    readonly waiting: string;
    readonly name: string;
    /** Ids of the containers in whose place it comes. */
    readonly old: readonly string[];
    readonly start: boolean;
  };
}

/** What sending a seed, or filling volumes from one, is about to make: all of it is removed where it does not end. */
export interface SeedIntent {
  readonly kind: 'seed';
  readonly transaction: string;
  readonly engine: string;
  /** The engine's names of volumes that are being filled, and were not there before. */
  readonly volumes: readonly string[];
  /** Name of the image that is being sent. */
  readonly image?: string;
}
