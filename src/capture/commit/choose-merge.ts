/** So many layers may lie on what was built from the base before some are merged; far below what engines allow. */
export const layerLimit = 20;

/** Bytes that have to be won before anything is merged for them. */
export const worthwhile = 1_000_000;

/**
 * How many of the newest parts of a version become one layer, given what each
 * is made of, newest first; 0 for none. None until there are `layerLimit`
 * layers, since what is merged has to be sent to everybody once more; then as
 * far down as each part is at most twice as large as all above it together, as
 * in a log-structured merge tree: a large one is not written again for small ones.
 */
export function chooseMerge(
  parts: readonly { readonly bytes: number; readonly layers: number }[],
  limit = layerLimit,
): number {
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
 * The same by what a merge gives back: down to where the bytes that nobody can
 * see any more exceed by most what has to be sent once more, which is what the
 * parts below the newest still show.
 */
export function chooseReclaim(parts: readonly { readonly live: number; readonly dead: number }[]): number {
  let [count, best, won] = [0, worthwhile, 0];
  for (const [index, { live, dead }] of parts.entries()) {
    won += dead - (index === 0 ? 0 : live);
    if (index > 0 && won > best) [count, best] = [index + 1, won];
  }
  return count;
}
