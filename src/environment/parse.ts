import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import { check } from './check.ts';
import { findForeignKey } from './foreign.ts';
import { hints } from './generated/validate.js';
import { normalise } from './normalise.ts';
import { readDocument } from './read-document.ts';
import { findSchemaErrors } from './validate.ts';

/**
 * Reads devenv.yaml. Throws one CONFIG_INVALID that holds everything that is
 * wrong with it (`data.problems`: Problem[]), or CONFIG_FOREIGN where the file
 * belongs to the Nix tool of the same name. `file` is the name to show.
 */
export function parseConfig(text: string, file: string): Environment {
  const value = readDocument(text, file, {
    expected: '"version: 1" and the keys of an environment',
    ...{ hints, findSchemaErrors },
    check,
    refuse: refuseForeign,
  });
  return normalise(value);
}

function refuseForeign(value: unknown, file: string): void {
  const key = findForeignKey(value);
  if (key === undefined) return;
  throw new DevenvError(
    'CONFIG_FOREIGN',
    `this devenv.yaml belongs to the Nix tool of the same name: it has "${key}" and no "version"`,
    {
      at: file,
      hint: 'Use devenv in a folder of its own, or begin the file with `version: 1` if it is meant for this program.',
      state: 'The file was not changed.',
      data: { file, key },
    },
  );
}
