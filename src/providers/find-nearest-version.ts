/** The next newer version, else the newest. `available`: in order. */
export function findNearestVersion(wanted: string, available: readonly string[]): string | undefined {
  const numbers = (version: string): readonly number[] => (version.match(/\d+/g) ?? []).map(Number);
  const compare = (a: readonly number[], b: readonly number[]): number => {
    for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
      const order = (a[at] ?? 0) - (b[at] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  };
  return available.find((each) => compare(numbers(each), numbers(wanted)) >= 0) ?? available.at(-1);
}
