import type { Items } from '../model/item.ts';

export interface Comparison {
  /** Wanted and not recorded. */
  readonly added: readonly string[];
  /** Recorded with another value. */
  readonly changed: readonly string[];
  /** Recorded and no longer wanted. */
  readonly removed: readonly string[];
}

/** The ids of items that differ, sorted: the order in devenv.yaml makes no new step. */
export function compareItems(wanted: Items, recorded: Items): Comparison {
  const ids = Object.keys(wanted).sort();
  return {
    added: ids.filter((id) => !Object.hasOwn(recorded, id)),
    changed: ids.filter((id) => Object.hasOwn(recorded, id) && recorded[id] !== wanted[id]),
    removed: Object.keys(recorded)
      .filter((id) => !Object.hasOwn(wanted, id))
      .sort(),
  };
}

/** `apt:git` → `git`. */
export function nameOf(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}
