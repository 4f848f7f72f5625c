import { lineage } from '../../lock/version-items.ts';
import type { Lock } from '../../model/version.ts';

/** What one version added to the one below it. */
export interface Part {
  /** Number of the version below. */
  readonly onto: number;
  readonly layers: number;
  readonly bytes: number;
}

/**
 * The parts of a new image on version `from`, down to the version that was
 * built from the base, newest first. Versions without a layer of their own,
 * such as rollbacks, have no part.
 */
export function listParts(lock: Lock, image: { readonly size: number; readonly layers: number }, from: number): Part[] {
  const parts: Part[] = [];
  let above = image;
  for (const version of lineage(lock, from)) {
    const layers = above.layers - version.layers;
    if (layers > 0) parts.push({ onto: version.number, layers, bytes: Math.max(above.size - version.size, 0) });
    above = version;
  }
  return parts;
}

/** Layers on top of the build before some are merged; far below the limits of engines. */
export const layerLimit = 20;

/** Bytes that a merge has to save. */
export const worthwhile = 1_000_000;

/**
 * How many of the newest parts become one layer, given the parts, newest first;
 * 0 for none. Nothing is merged below `layerLimit` layers, since everybody
 * transfers a merged layer again. Then the merge reaches down as long as a part
 * is at most twice as large as all above it together, as in a log-structured
 * merge tree: a large part is not written again for small ones.
 */
export function chooseMerge(parts: readonly Pick<Part, 'bytes' | 'layers'>[], limit = layerLimit): number {
  const layers = parts.reduce((sum, part) => sum + part.layers, 0);
  if (layers < limit || parts.length < 2) return 0;
  let above = 0;
  let count = 0;
  for (const { bytes } of parts) {
    if (count > 1 && bytes > 2 * above) break;
    above += bytes;
    count += 1;
  }
  return count;
}

/**
 * How many of the newest parts to merge for the space of deleted files: down to
 * where the dead bytes exceed by most what has to be transferred again, which is
 * the live bytes of the parts below the newest.
 */
export function chooseReclaim(parts: readonly { readonly live: number; readonly dead: number }[]): number {
  let [count, best, won] = [0, worthwhile, 0];
  for (const [index, { live, dead }] of parts.entries()) {
    won += dead - (index === 0 ? 0 : live);
    if (index > 0 && won > best) [count, best] = [index + 1, won];
  }
  return count;
}
