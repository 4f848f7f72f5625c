import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** What the schema of a command has against the document that `--json` prints; empty if it fits. */
export function validateDocument(name: string, document: unknown): readonly unknown[] {
  const path = new URL(`../schemas/output/${name}.schema.json`, import.meta.url);
  const validate = new Ajv({ allErrors: true }).compile(JSON.parse(readFileSync(path, 'utf8')) as object);
  validate(JSON.parse(JSON.stringify(document)));
  return validate.errors ?? [];
}
