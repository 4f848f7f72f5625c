import type { Action } from '../../model/plan.ts';
import { pythonScript } from './python-script.ts';
import { setNotes } from './python-notes.ts';

/** A volume that builders share. */
export const pipCache = '/var/cache/devenv/pip';

/** argv that prints the notes of all sets, each after a line `@`. */
export const listSets = [
  ...['sh', '-c', `for each in ${setNotes}/*.set; do echo @; cat "$each"; done 2>/dev/null; exit 0`],
] as const;

/** Packages that are installed and locked together, and where. */
export interface SetPlace {
  /** `.` for the list `packages.pip`. */
  readonly name: string;
  /** The virtual environment, or `system`. */
  readonly place: string;
  /** The package whose programs get links in /usr/local/bin. */
  readonly app?: string;
}

const pipList: SetPlace = { name: '.', place: 'system' };

/** argv of the script. `words`: validated. */
export const pythonArgv = (
  mode: 'resolve' | 'locked' | 'remove' | 'trace',
  words: readonly string[],
  { name, place, app }: SetPlace = pipList,
): readonly string[] => [...['sh', '-c', pythonScript, 'devenv', mode, name, place, app ?? '.'], ...words];

export const pythonAction = (...call: Parameters<typeof pythonArgv>): Action => ({
  kind: 'exec',
  argv: pythonArgv(...call),
  env: { PIP_CACHE_DIR: pipCache },
  settings: 'pip',
});
