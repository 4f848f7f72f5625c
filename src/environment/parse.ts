import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import { check } from './check.ts';
import { type SchemaError, hints, keyValidators, validate } from './generated/validate.js';
import { normalise } from './normalise.ts';
import { readDocument } from './read-document.ts';

/** Everything in which a value differs from the schema of devenv.yaml. */
function findSchemaErrors(value: Readonly<Record<string, unknown>>): SchemaError[] {
  const errors = validate(value) ? [] : [...(validate.errors ?? [])];
  for (const [key, validateKey] of Object.entries(keyValidators)) {
    const part = value[key];
    if (part === undefined || validateKey(part)) continue;
    for (const error of validateKey.errors ?? []) errors.push(within(key, error));
  }
  return errors;
}

/** The validator of a key sees its value alone. */
const within = (key: string, error: SchemaError): SchemaError => ({
  ...error,
  instancePath: `/${key}${error.instancePath}`,
  schemaPath: `#/properties/${key}${error.schemaPath.slice(1)}`,
});

/** Keys of the devenv.yaml of the Nix world, which we do not have. */
const nixKeys = [
  'inputs',
  'imports',
  'allowUnfree',
  'allowBroken',
  'permittedInsecurePackages',
  'nixpkgs',
  'clean',
  'impure',
];

/** The key by which a devenv.yaml shows that it belongs to the Nix tool of the same name. Ours has a version. */
function findForeignKey(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'version')) return undefined;
  return nixKeys.find((key) => Object.hasOwn(value, key));
}

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
