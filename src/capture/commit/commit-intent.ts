import { createHash, randomUUID } from 'node:crypto';
import type { Container } from '../../model/container.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Context } from '../../ports/context.ts';
import type { Parent } from '../../observe/find-parent.ts';
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

export interface BegunIntent {
  readonly intent: CommitIntent;
  readonly written: Promise<void>;
  /** When it is over. */
  readonly drop: () => Promise<void>;
}

/**
 * Writes down what is going to happen. It takes a disk its time, most of all
 * beside a flush, and has to be there before anything is made: begun before it
 * is known whether anything changed. What only reads does not wait for it.
 */
export function beginIntent(
  context: World,
  engine: Engine,
  { folder, environment }: Project,
  container: Container,
  parent: Parent,
): BegunIntent {
  const transaction = randomUUID();
  const intent: CommitIntent = {
    transaction,
    engine: engine.address,
    container: container.id,
    parent: parent.version.content,
    paused: container.state === 'paused',
    reference: `devenv/${environment.name}:capture-${transaction.slice(0, 8)}`,
  };
  const written = writeIntent(context, folder, intent);
  // What fails is told to who waits for it.
  written.catch(() => undefined);
  const drop = async (): Promise<void> => {
    // Whether it was written or not: one that is not this commit's stays.
    await Promise.allSettled([written]);
    await dropIntent(context, folder, intent);
  };
  return { intent, written, drop };
}
