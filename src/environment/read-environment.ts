import type { Environment } from '../model/environment.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { completeEnvironment } from './complete-environment.ts';
import { parseConfig } from './parse.ts';

/** Parses a devenv.yaml, and reads what it names. `variables`, errors: as in `completeEnvironment`. */
export const readEnvironment = (
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Environment> => completeEnvironment(files, folder, parseConfig(text, 'devenv.yaml'), variables);
