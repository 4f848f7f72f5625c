import { asMap } from '../model/json.ts';
import type { Context } from '../ports/context.ts';
import { stateFile } from './state-file.ts';

type Ports = Pick<Context, 'files' | 'machine'>;

/** What a command parsed, kept for the next one of the same build of devenv, one for each folder of a project. Never fails. */
interface RecallFile<T> {
  /** Empty if there is none, if another build wrote it, and if it is damaged. */
  readonly read: (ports: Ports, folder: string) => Promise<Partial<T>>;
  /** Writes nothing if devenv runs from its source. If it fails, only the next command is slower. */
  readonly write: (ports: Ports, folder: string, value: T) => Promise<void>;
}

export function recallFile<T extends object>(name: string): RecallFile<T> {
  const file = stateFile<T & { readonly build: string }>(name);
  return {
    read: async (ports, folder) => {
      const { build } = ports.machine;
      const record = build === undefined ? {} : asMap(await file.read(ports, folder).catch(() => undefined));
      return record['build'] === build ? (record as Partial<T>) : {};
    },
    write: async (ports, folder, value) => {
      const { build } = ports.machine;
      if (build !== undefined) await file.write(ports, folder, { build, ...value }).catch(() => undefined);
    },
  };
}
