import { randomUUID } from 'node:crypto';
import type { Container } from '../../model/container.ts';
import { stateFile } from '../../observe/state-file.ts';
import type { Context } from '../../ports/context.ts';

/** What a command that captures or replaces a container is about to do, on disk before it does it. */
export interface CommitIntent {
  readonly transaction: string;
  /** Address of the engine that has the container. */
  readonly engine: string;
  readonly container: string;
  /** The workspace was paused before, and stays paused. */
  readonly paused: boolean;
  /** Name of the captured image until it is a version. */
  readonly reference: string;
  /** A container that got changes from outside: recovery settles its times. */
  readonly filled?: string;
}

type Ports = Pick<Context, 'files' | 'machine'>;

const file = stateFile<CommitIntent>('commit');
export const { write: writeIntent, read: readIntent } = file;

/** Drops an intent, unless another command has taken over the project and written its own. */
export async function dropIntent(ports: Ports, folder: string, { transaction }: CommitIntent): Promise<void> {
  if ((await readIntent(ports, folder))?.transaction === transaction) await file.drop(ports, folder);
}

/** `engine`: its address. */
export function makeIntent(
  engine: string,
  { id, state }: Pick<Container, 'id' | 'state'>,
  project: string,
): CommitIntent {
  const transaction = randomUUID();
  const reference = `devenv/${project}:capture-${transaction.slice(0, 8)}`;
  return { transaction, engine, container: id, paused: state === 'paused', reference };
}

/** Name of the image that merges the captured layer and layers below it. */
export const mergedReference = ({ reference }: CommitIntent): string => `${reference}-merged`;

/** Names of the images that a capture leaves. */
export const listReferences = (intent: CommitIntent): readonly string[] => [intent.reference, mergedReference(intent)];

/** The intent of one commit while it runs. */
export interface IntentRecord {
  readonly intent: CommitIntent;
  /** Settled when the intent is on disk. */
  readonly written: Promise<void>;
  /** Leaves the intent for the next command, which repairs what is unfinished. */
  keep(): void;
  /** Drops the intent, unless it is to be kept. */
  close(): Promise<void>;
}

/**
 * Begins to write an intent. Reading does not wait for the disk, which is slow
 * while it flushes; whoever makes something awaits `written` first.
 */
export function recordIntent(context: Ports, folder: string, intent: CommitIntent): IntentRecord {
  const written = writeIntent(context, folder, intent);
  // A failure is reported where `written` is awaited.
  written.catch(() => undefined);
  let kept = false;
  return {
    intent,
    written,
    keep: () => (kept = true),
    close: async () => {
      await Promise.allSettled([written]);
      if (!kept) await dropIntent(context, folder, intent);
    },
  };
}
