import type { Finding } from './problem.ts';

/** Keys of the schema that nothing acts on yet. Delete an entry when its feature lands. */
const unsupported: readonly string[] = ['data'];

/** A key that would be ignored is an error: it is never ignored in silence. */
export function findUnsupported(value: Readonly<Record<string, unknown>>): Finding[] {
  return unsupported
    .filter((key) => Object.hasOwn(value, key))
    .map((key) => ({
      path: [key],
      at: 'key',
      message: `this is not supported yet by this version of devenv; remove it, or rename it to x-${key} to keep it`,
    }));
}
