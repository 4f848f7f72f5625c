import { createHash } from 'node:crypto';
import type { Context } from '../ports/context.ts';

type Ports = Pick<Context, 'files' | 'machine'>;

/** What a command is about to do to a project, on disk before it does it, so that the next command can finish or undo it. */
export interface IntentFile<T> {
  readonly write: (ports: Ports, folder: string, intent: T) => Promise<void>;
  /** Removes the intent: nothing is unfinished. */
  readonly drop: (ports: Ports, folder: string) => Promise<void>;
  /** Absent if the last such command in this folder ended regularly. */
  readonly read: (ports: Ports, folder: string) => Promise<T | undefined>;
}

const limit = 1024 * 1024;

/** One file per project folder, beside the project's lock, whose holder created the folder. */
export function intentFile<T>(name: string): IntentFile<T> {
  const pathOf = ({ machine }: Ports, folder: string): string =>
    `${machine.stateFolder}/${name}-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`;
  return {
    write: (ports, folder, intent) => ports.files.writeAtomic(pathOf(ports, folder), `${JSON.stringify(intent)}\n`),
    // An empty file: it is replaced in one step.
    drop: (ports, folder) => ports.files.writeAtomic(pathOf(ports, folder), ''),
    read: async (ports, folder) => {
      const text = await ports.files.readText(pathOf(ports, folder), limit);
      return text === undefined || text === '' ? undefined : (JSON.parse(text) as T);
    },
  };
}
