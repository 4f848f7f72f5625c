import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import { check } from './checks/check.ts';
import { type SchemaError, hints, keyValidators, validate } from './generated/validate.js';
import { normalise } from './normalise.ts';
import { readDocument } from './read-document.ts';
import { asMap } from '../model/json.ts';

/** All violations of the schema of devenv.yaml. */
function findSchemaErrors(value: Readonly<Record<string, unknown>>): SchemaError[] {
  const errors = validate(value) ? [] : [...(validate.errors ?? [])];
  for (const [key, validateKey] of Object.entries(keyValidators)) {
    const part = value[key];
    if (part === undefined || validateKey(part)) continue;
    for (const error of validateKey.errors ?? []) errors.push(within(key, error));
  }
  return errors;
}

/** The validator of a key sees only its value: prepends the key. */
const within = (key: string, error: SchemaError): SchemaError => ({
  ...error,
  instancePath: `/${key}${error.instancePath}`,
  schemaPath: `#/properties/${key}${error.schemaPath.slice(1)}`,
});

/**
 * Parses devenv.yaml. Throws one CONFIG_INVALID with all problems
 * (`data.problems`: Problem[]), or CONFIG_FOREIGN for a file of the Nix tool of
 * the same name. `file` is the name to show.
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

/** Top-level keys of the Nix tool's devenv.yaml that ours does not have. Ours has a version. */
const nixKeys = [
  ...['inputs', 'imports', 'allowUnfree', 'allowBroken', 'permittedInsecurePackages', 'nixpkgs', 'clean', 'impure'],
];

function refuseForeign(value: unknown, file: string): void {
  const keys = asMap(value);
  const key = Object.hasOwn(keys, 'version') ? undefined : nixKeys.find((one) => Object.hasOwn(keys, one));
  if (key === undefined) return;
  throw new DevenvError(
    'CONFIG_FOREIGN',
    `this devenv.yaml belongs to the Nix tool of the same name: it has "${key}" and no "version"`,
    {
      at: file,
      hint: 'Use another folder for this program. If the file is meant for it, start the file with `version: 1`.',
      state: 'The file was not changed.',
      data: { file, key },
    },
  );
}
