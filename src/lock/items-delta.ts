import type { Items, ItemsDelta } from '../model/item.ts';
import type { Digest } from '../model/version.ts';
import { hashJson } from './hash-json.ts';

/** The difference from `before` to `after`, in stable order. */
export function reconcileItems(before: Items, after: Items): ItemsDelta {
  const set = Object.entries(after).filter(([id, value]) => before[id] !== value);
  const unset = Object.keys(before).filter((id) => !(id in after));
  return { set: Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1))), unset: unset.sort() };
}

/** True if nothing changes. */
export function isEmptyDelta(delta: ItemsDelta): boolean {
  return delta.unset.length === 0 && Object.keys(delta.set).length === 0;
}

/** The items of one provider: `apt:*` for `apt`. */
export function itemsOf(items: Items, provider: string): Items {
  return Object.fromEntries(Object.entries(items).filter(([id]) => id === provider || id.startsWith(`${provider}:`)));
}

/** The shape: a hash of what an environment asks of its image. The order of items does not count. */
export const hashItems = (items: Items): Digest =>
  hashJson(Object.entries(items).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
