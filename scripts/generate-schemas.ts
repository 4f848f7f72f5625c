import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { generateSchemas } from './schema/generate.ts';

/**
 * Writes the JSON Schemas and their validators. With --check it writes
 * nothing and fails where a file is not what it would write.
 */
const root = resolve(import.meta.dirname, '..');
const check = process.argv.includes('--check');

for (const [path, content] of Object.entries(await generateSchemas())) {
  const file = join(root, path);
  if (!check) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  } else if (readIfAny(file) !== content) {
    process.stderr.write(`${path} is not up to date. Run: npx tsx scripts/generate-schemas.ts\n`);
    process.exitCode = 1;
  }
}

function readIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
