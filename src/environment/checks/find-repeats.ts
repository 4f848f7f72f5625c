import { asList } from '../shapes.ts';

/** Entries of a list whose key an earlier entry has. */
export function findRepeats(
  list: unknown,
  keyOf: (entry: unknown) => string | undefined,
): readonly { readonly index: number; readonly key: string }[] {
  const seen = new Set<string>();
  return asList(list).flatMap((entry, index) => {
    const key = keyOf(entry);
    if (key === undefined) return [];
    if (seen.has(key)) return [{ index, key }];
    seen.add(key);
    return [];
  });
}
