/** What was there and is not any more; of a folder that is gone, only the folder. */
export function compareListings(then: ReadonlySet<string>, now: ReadonlySet<string>): readonly string[] {
  return [...then].filter((path) => !now.has(path));
}
