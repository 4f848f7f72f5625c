import type { Context } from '../ports/context.ts';
import { hashToHex } from '../lock/hash-json.ts';

type Ports = Pick<Context, 'files' | 'machine'>;

/** A value in the state folder of the machine, one for each folder of a project. */
interface StateFile<T> {
  readonly write: (ports: Ports, folder: string, value: T) => Promise<void>;
  readonly drop: (ports: Ports, folder: string) => Promise<void>;
  /** Absent if there is none. */
  readonly read: (ports: Ports, folder: string) => Promise<T | undefined>;
}

const limit = 1024 * 1024;

/** Lies beside the project's lock, whose holder created the state folder. For its owner alone: it repeats files of the project. */
export function stateFile<T>(name: string): StateFile<T> {
  const pathOf = ({ machine }: Ports, folder: string): string =>
    `${machine.stateFolder}/${name}-${hashToHex(folder).slice(0, 32)}.json`;
  return {
    write: (ports, folder, value) =>
      ports.files.writeAtomic(pathOf(ports, folder), `${JSON.stringify(value)}\n`, 0o600),
    // An empty file: it is replaced in one step.
    drop: (ports, folder) => ports.files.writeAtomic(pathOf(ports, folder), ''),
    read: async (ports, folder) => {
      const text = await ports.files.readText(pathOf(ports, folder), limit);
      return text === undefined || text === '' ? undefined : (JSON.parse(text) as T);
    },
  };
}
