/** Does work on each, no more than `width` at a time; ends early, and quietly, once `stop` says so. */
export async function inFew<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<unknown>,
  stop: () => boolean = () => false,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      if (stop()) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
