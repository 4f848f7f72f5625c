/**
 * Item id (`base`, `apt:git`, `file:/etc/psqlrc`) → value, a version request or
 * a hash: the declarations of a version or of `devenv.yaml`.
 */
export type Items = Readonly<Record<string, string>>;

/** The difference between two sets of items. */
export interface ItemsDelta {
  readonly set: Items;
  readonly unset: readonly string[];
}

export const noDelta: ItemsDelta = { set: {}, unset: [] };

/** The difference from `before` to `after`, in stable order. */
export function reconcileItems(before: Items, after: Items): ItemsDelta {
  const set = Object.entries(after).filter(([id, value]) => !Object.hasOwn(before, id) || before[id] !== value);
  const unset = Object.keys(before).filter((id) => !Object.hasOwn(after, id));
  return { set: Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1))), unset: unset.sort() };
}

export function applyDelta(items: Items, { set, unset }: ItemsDelta): Items {
  const gone = new Set(unset);
  return { ...Object.fromEntries(Object.entries(items).filter(([id]) => !gone.has(id))), ...set };
}

/** True if nothing changes. */
export const isEmptyDelta = ({ set, unset }: ItemsDelta): boolean =>
  unset.length === 0 && Object.keys(set).length === 0;

/** The items of one provider: `apt:*` for `apt`. */
export const itemsOf = (items: Items, provider: string): Items =>
  Object.fromEntries(Object.entries(items).filter(([id]) => id === provider || id.startsWith(`${provider}:`)));
