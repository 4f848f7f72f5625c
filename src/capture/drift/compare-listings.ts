import type { BytePath } from '../../model/byte-path.ts';
/** What was there and is not any more; of a folder that is gone, only the folder. */
export function compareListings(then: ReadonlySet<BytePath>, now: ReadonlySet<BytePath>): readonly BytePath[] {
  return [...then].filter((path) => !now.has(path));
}
