import { createHash } from 'node:crypto';
import type { Context } from '../ports/context.ts';

type World = Pick<Context, 'files' | 'machine'>;

/** What a command is about to do to a project, on disk before it does it, so that the next command can finish or undo it. */
export interface IntentFile<T> {
  readonly write: (world: World, folder: string, intent: T) => Promise<void>;
  /** Removes the intent: nothing is unfinished. */
  readonly drop: (world: World, folder: string) => Promise<void>;
  /** Absent if the last such command in this folder ended regularly. */
  readonly read: (world: World, folder: string) => Promise<T | undefined>;
}

const limit = 1024 * 1024;

/** One file per project folder, beside the project's lock, whose holder created the folder. */
export function intentFile<T>(name: string): IntentFile<T> {
  const pathOf = ({ machine }: World, folder: string): string =>
    `${machine.stateFolder}/${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`;
  return {
    write: (world, folder, intent) => world.files.writeAtomic(pathOf(world, folder), `${JSON.stringify(intent)}\n`),
    // An empty file: it is replaced in one step.
    drop: (world, folder) => world.files.writeAtomic(pathOf(world, folder), ''),
    read: async (world, folder) => {
      const text = await world.files.readText(pathOf(world, folder), limit);
      return text === undefined || text === '' ? undefined : (JSON.parse(text) as T);
    },
  };
}
