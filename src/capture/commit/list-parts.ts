import type { Lock } from '../../model/version.ts';
import { lineage } from '../../lock/version-items.ts';

/** What one version added to the one below it. */
export interface Part {
  /** Number of the version below. */
  readonly onto: number;
  readonly layers: number;
  readonly bytes: number;
}

/**
 * What a new image on a version, and the versions down to the one that was
 * built from the base, consist of, newest first. Versions that add no layer,
 * as rollbacks, are passed over.
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
