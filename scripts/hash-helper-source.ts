import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the helper's sources. */
export const native = resolve(import.meta.dirname, '../native');

/** sha256 over names and content of all sources of the helper: every .c and .h file of native/, not those of its tests. */
export function hashHelperSource(): string {
  const hash = createHash('sha256');
  const names = readdirSync(native).filter((name) => /\.[ch]$/.test(name));
  for (const name of names.sort()) {
    const content = readFileSync(join(native, name));
    hash.update(`${name} ${String(content.length)}\n`).update(content);
  }
  return hash.digest('hex');
}
