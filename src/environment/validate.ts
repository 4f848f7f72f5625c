import { keyValidators, validate, type SchemaError } from './generated/validate.js';

/** Everything in which a value differs from the schema of devenv.yaml. */
export function findSchemaErrors(value: Readonly<Record<string, unknown>>): SchemaError[] {
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
