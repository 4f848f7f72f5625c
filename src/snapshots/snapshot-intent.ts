import type { CommandLine } from '../model/workspace.ts';
import type { Place } from '../observe/place.ts';
import { stateFile } from '../observe/state-file.ts';

/** The record of a snapshot, restore, seed or new workspace that is in progress in a project folder, or was killed. */
export const snapshotIntent = stateFile<SnapshotIntent | RestoreIntent | SeedIntent | MakingIntent | WorktreeIntent>(
  'snapshot',
);

/** A snapshot in progress. After a kill, the next command resumes the containers and removes the rest. */
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
  /** The engine's name of the volume for the copies. Absent for a new workspace, whose own volumes get them. */
  readonly store?: string | undefined;
  /** Name of the image that is being made. */
  readonly image: string;
  /** The new workspace in this project folder that the copy is for. */
  readonly making?: MakingIntent | undefined;
}

/** A workspace that is being made from a copy. After a kill, the next command removes it, because nobody was told that it exists. */
export interface MakingIntent {
  readonly kind: 'making';
  readonly transaction: string;
  readonly engine: string;
  /** Of the new workspace. The engine had nothing of it before. */
  readonly place: Place;
  /** The engine's names of its volumes. */
  readonly volumes: readonly string[];
}

/** A git worktree that is being created. After a kill, the next command removes it. */
export interface WorktreeIntent {
  readonly kind: 'worktree';
  readonly engine: string;
  /** Absolute. There was nothing before. */
  readonly path: string;
}

/** A restore in progress. After a kill, the next command undoes it in the phase `prepare` and finishes it in the phase `exchange`. */
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

/** Objects of a seed that is pushed or filled in. After a kill, the next command removes them. */
export interface SeedIntent {
  readonly kind: 'seed';
  readonly transaction: string;
  readonly engine: string;
  /** The engine's names of new volumes that are being filled. */
  readonly volumes: readonly string[];
  /** Name of the image that is being sent. */
  readonly image?: string;
}
