import type { Items } from '../model/item.ts';
import type { Digest } from '../model/version.ts';
import { printCanonicalJson } from './canonical-json.ts';
import { hashText } from './hash-text.ts';

/** The hash of what an environment asks of its image. The order of items does not count. */
export function hashItems(items: Items): Digest {
  const sorted = Object.entries(items).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return hashText(printCanonicalJson(sorted));
}
