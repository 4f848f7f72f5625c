import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/**
 * Writes generated files, given as path → content. With --check it writes
 * nothing and fails if a file differs from what it would write.
 */
export function writeGenerated(files: Readonly<Record<string, string>>): void {
  const check = process.argv.includes('--check');
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    if (!check) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    } else if (readIfAny(file) !== content) {
      process.stderr.write(`${path} is not up to date. Run: npm run generate\n`);
      process.exitCode = 1;
    }
  }
}

function readIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
