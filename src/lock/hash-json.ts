import { createHash } from 'node:crypto';
import type { Items } from '../model/item.ts';
import type { Digest } from '../model/version.ts';

/** sha256 of a text's UTF-8 bytes. */
export const hashText = (text: string): Digest => `sha256:${hashToHex(text)}`;

/** The same as 64 hexadecimal digits, for names that a text decides. */
export const hashToHex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Equal for equal values, in whatever order their keys are. */
export const hashJson = (value: unknown): Digest => hashText(printCanonicalJson(value));

/** JSON with the keys of every object in order of their code units: equal values make equal text. */
export function printCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : item,
  );
}

/** The shape: a hash of what an environment asks of its image. The order of items does not count. */
export const hashItems = (items: Items): Digest =>
  hashJson(Object.entries(items).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
