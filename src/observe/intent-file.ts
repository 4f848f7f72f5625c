import { createHash } from 'node:crypto';
import type { Context } from '../ports/context.ts';

type World = Pick<Context, 'files' | 'machine'>;

/** What a command is about to do to a project, written down before: whoever finds it later knows what to mend. */
export interface IntentFile<T> {
  write(world: World, folder: string, intent: T): Promise<void>;
  /** There is nothing to mend. */
  drop(world: World, folder: string): Promise<void>;
  /** Absent where the last such command in this folder ended by itself. */
  read(world: World, folder: string): Promise<T | undefined>;
}

const limit = 1024 * 1024;

/** One per project folder, beside the project's lock, whose holder has made the folder. */
export function intentFile<T>(name: string): IntentFile<T> {
  const pathOf = ({ machine }: World, folder: string): string =>
    `${machine.stateFolder}/${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`;
  return {
    write: (world, folder, intent) => world.files.writeAtomic(pathOf(world, folder), `${JSON.stringify(intent)}\n`),
    // Empty rather than gone: the file is replaced in one step.
    drop: (world, folder) => world.files.writeAtomic(pathOf(world, folder), ''),
    read: async (world, folder) => {
      const text = await world.files.readText(pathOf(world, folder), limit);
      return text === undefined || text === '' ? undefined : (JSON.parse(text) as T);
    },
  };
}
