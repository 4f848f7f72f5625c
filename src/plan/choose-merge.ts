/** So many layers of commits may lie on each other before some are merged; far below what engines allow. */
export const layerLimit = 20;

/**
 * How many of the newest layers a new one takes into itself, given the bytes
 * of each, oldest first. None until there are `layerLimit` of them, since what
 * is merged has to be sent to everybody once more; then as far down as each
 * layer is at most twice as large as all above it together, as in a
 * log-structured merge tree: a large one is not written again for small ones.
 */
export function chooseMerge(sizes: readonly number[], limit = layerLimit): number {
  if (sizes.length < limit) return 0;
  let above = sizes.at(-1) ?? 0;
  let count = 0;
  for (const size of sizes.toReversed()) {
    if (count > 1 && size > 2 * above) break;
    above += size;
    count += 1;
  }
  return count;
}
