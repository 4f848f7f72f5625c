import { createHash, randomUUID } from 'node:crypto';
import type { Container } from '../../model/container.ts';
import type { Version } from '../../model/version.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';

/** What a commit is about to do, written down before: whoever finds it later knows what to mend. */
export interface CommitIntent {
  readonly transaction: string;
  /** Address of the engine that has the container. */
  readonly engine: string;
  readonly container: string;
  /** Content id of the version that the workspace stands at. */
  readonly parent: string;
  /** The workspace was paused before, and is to stay so. */
  readonly paused: boolean;
  /** Name of the image while it is no version yet. */
  readonly reference: string;
  /** A container that got changes from outside, and whose times are to be settled once it runs. */
  readonly filled?: string;
}

/** Names the image that the captured one and layers below it become. */
export const mergedReference = ({ reference }: CommitIntent): string => `${reference}-merged`;

type World = Pick<Context, 'files' | 'machine'>;

const limit = 64 * 1024;

/** Beside the project's lock, whose holder has made the folder. */
const intentPath = ({ machine }: World, folder: string): string =>
  `${machine.stateFolder}/commit-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`;

export async function writeIntent(world: World, folder: string, intent: CommitIntent): Promise<void> {
  await world.files.writeAtomic(intentPath(world, folder), `${JSON.stringify(intent)}\n`);
}

/** Leaves an empty file: there is nothing to mend. What another command wrote there, which took the project over, stays. */
export async function dropIntent(world: World, folder: string, { transaction }: CommitIntent): Promise<void> {
  if ((await readIntent(world, folder))?.transaction !== transaction) return;
  await world.files.writeAtomic(intentPath(world, folder), '');
}

/** Absent where the last commit of this folder ended by itself. */
export async function readIntent(world: World, folder: string): Promise<CommitIntent | undefined> {
  const text = await world.files.readText(intentPath(world, folder), limit);
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as CommitIntent);
}

/** The record of one commit on its way. */
export interface IntentRecord {
  readonly intent: CommitIntent;
  /** Settled once the record is on disk. */
  readonly written: Promise<void>;
  /** Leaves the record for the next command to mend. */
  keep(): void;
  /** Drops the record, unless it is to be kept. */
  close(): Promise<void>;
}

/**
 * Writes down what a commit is going to do. A disk takes its time for that,
 * most of all beside a flush, and the record must be there before anything is
 * made: so it is begun before anybody knows whether something changed. What
 * only reads does not wait for it.
 */
export function recordIntent(
  context: World,
  engine: string,
  { folder, environment }: Project,
  container: Container,
  parent: Version,
): IntentRecord {
  const transaction = randomUUID();
  const intent: CommitIntent = {
    transaction,
    engine,
    container: container.id,
    parent: parent.content,
    paused: container.state === 'paused',
    reference: `devenv/${environment.name}:capture-${transaction.slice(0, 8)}`,
  };
  const written = writeIntent(context, folder, intent);
  // Reported to whoever awaits it.
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
