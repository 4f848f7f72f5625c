import { reconcileItems, type Items } from '../model/item.ts';
import type { Action, Step } from '../model/plan.ts';

export interface Comparison {
  /** Wanted and not recorded. */
  readonly added: readonly string[];
  /** Recorded with another value. */
  readonly changed: readonly string[];
  /** Recorded and no longer wanted. */
  readonly removed: readonly string[];
  /** Added and changed. */
  readonly due: readonly string[];
  /** Why a step for `due` is needed. */
  readonly cause: string;
}

/** The ids of items that differ, sorted: the order in devenv.yaml makes no new step. */
export function compareItems(wanted: Items, recorded: Items): Comparison {
  const { set, unset: removed } = reconcileItems(recorded, wanted);
  const due = Object.keys(set).sort();
  const changed = due.filter((id) => Object.hasOwn(recorded, id));
  return {
    due,
    added: due.filter((id) => !changed.includes(id)),
    changed,
    removed,
    cause: changed.length > 0 ? 'new or changed in devenv.yaml' : 'new in devenv.yaml',
  };
}

/** One step for these names; none without names. */
export const stepFor = (
  names: readonly string[],
  {
    id,
    title,
    cause,
    actions,
  }: { readonly id: string; readonly title: string; readonly cause: string; readonly actions: readonly Action[] },
): readonly Step[] => (names.length === 0 ? [] : [{ id, title: `${title} ${names.join(', ')}`, cause, actions }]);

/** The step that removes what devenv.yaml no longer names. */
export const removalStep = (
  key: string,
  names: readonly string[],
  actions: readonly Action[],
  title = 'remove',
): readonly Step[] => stepFor(names, { id: `${key}:remove`, title, cause: 'no longer in devenv.yaml', actions });

/** `apt:git` → `git`. */
export function nameOf(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}
