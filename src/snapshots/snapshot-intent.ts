import type { CommandLine } from '../model/workspace.ts';
import { stateFile } from '../observe/state-file.ts';

/** The record of a snapshot, restore or seed that runs in a project folder, or was killed. */
export const snapshotIntent = stateFile<SnapshotIntent | RestoreIntent | SeedIntent>('snapshot');

/** What a snapshot is about to do, recorded first: the next command releases what is held and removes the rest. */
export interface SnapshotIntent {
  readonly kind: 'snapshot';
  readonly transaction: string;
  /** Address of the engine. */
  readonly engine: string;
  /** Id of the workspace's container, which is captured. */
  readonly container?: string;
  /** Ids of containers that it pauses. */
  readonly paused: readonly string[];
  /** Commands that services run afterwards, if they quiesce by commands. */
  readonly after: readonly { readonly container: string; readonly command: CommandLine }[];
  /** The engine's name of the volume that is being filled. */
  readonly store: string;
  /** Name of the image that is being made. */
  readonly image: string;
}

/** What a restore is about to do: undone in the phase `prepare`, finished in the phase `exchange`. */
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
  /** Ids of containers that ran before, in the order in which they start again. */
  readonly ran: readonly string[];
  /** The workspace's new container. */
  readonly replacement?: {
    /** Its name until it replaces the old one. */
    readonly waiting: string;
    readonly name: string;
    /** Ids of the containers that it replaces. */
    readonly old: readonly string[];
    readonly start: boolean;
  };
}

/** What a push of a seed, or filling volumes from one, is about to create: all of it is removed if it does not finish. */
export interface SeedIntent {
  readonly kind: 'seed';
  readonly transaction: string;
  readonly engine: string;
  /** The engine's names of new volumes that are being filled. */
  readonly volumes: readonly string[];
  /** Name of the image that is being sent. */
  readonly image?: string;
}
