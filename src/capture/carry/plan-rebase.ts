import { type Items, reconcileItems } from '../../model/item.ts';
import type { Lock, Version } from '../../model/version.ts';
import { resolveVersionItems } from '../../lock/version-items.ts';

interface RebasePlan {
  /** The versions that the current one is not based on, by number. */
  readonly ours: readonly Version[];
  /** What the current version and ours declare together. */
  readonly wanted: Items;
  /** Items that both sides changed differently; an absent value means a removed item. */
  readonly conflicts: readonly Conflict[];
  /** Those of ours that contain more than they declare. */
  readonly opaque: readonly Version[];
}

export interface Conflict {
  readonly item: string;
  readonly theirs?: string;
  readonly ours?: string;
  /** What devenv.yaml declares: this is used. */
  readonly decided?: string;
}

/**
 * What the versions above the current one add to it. Such versions exist only
 * after `devenv resolve`. If both sides changed an item, `desired` decides, which
 * people have merged.
 */
export function planRebase(lock: Lock, desired: Items): RebasePlan {
  const ours = lock.versions.filter(({ number }) => number > lock.current).sort((a, b) => a.number - b.number);
  const [first, last] = [ours[0], ours.at(-1)];
  const current = resolveVersionItems(lock, lock.current);
  if (first === undefined || last === undefined) return { ours, wanted: current, conflicts: [], opaque: [] };

  const base = first.parent === undefined ? {} : resolveVersionItems(lock, first.parent);
  const mine = resolveVersionItems(lock, last.number);
  const wanted = new Map(Object.entries(current));
  const conflicts: Conflict[] = [];
  const changed = reconcileItems(base, mine);
  for (const item of [...Object.keys(changed.set), ...changed.unset]) {
    const [old, theirs, own] = [base, current, mine].map((items) =>
      Object.hasOwn(items, item) ? items[item] : undefined,
    );
    if (theirs === own) continue;
    const decided = theirs === old ? own : Object.hasOwn(desired, item) ? desired[item] : undefined;
    if (theirs !== old) {
      conflicts.push({
        item,
        ...(theirs !== undefined && { theirs }),
        ...(own !== undefined && { ours: own }),
        ...(decided !== undefined && { decided }),
      });
    }
    if (decided === undefined) wanted.delete(item);
    else wanted.set(item, decided);
  }
  return { ours, wanted: Object.fromEntries(wanted), conflicts, opaque: ours.filter(({ kind }) => kind === 'commit') };
}
