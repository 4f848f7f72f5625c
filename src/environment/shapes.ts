export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Entries of a map without the user's own keys, `x-…`. */
export const ownEntries = <T>(map: Readonly<Record<string, T>> = {}): [string, T][] =>
  Object.entries(map).filter(([key]) => !key.startsWith('x-'));

export const withoutExtensions = <T>(map?: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(ownEntries(map));

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
