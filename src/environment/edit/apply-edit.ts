import type { Path } from '../problem.ts';
import type { EditValue } from './print-inline.ts';

/** A change of devenv.yaml. Paths lead through keys, and through lists by index. */
export type Edit =
  /** Puts an entry at the end of a list, unless it is there already. Makes the list where there is none. */
  | { readonly kind: 'add'; readonly path: Path; readonly value: string }
  /** Gives a key or a list entry a value. Makes the key where there is none. Collections are not overwritten. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: EditValue }
  /** Takes the entry `value` out of a list; without it, takes the key away. Nothing to remove is no error. */
  | { readonly kind: 'remove'; readonly path: Path; readonly value?: string };

type Map = Record<string, unknown>;

/** What an edit makes of the value of the file: what its text must read as afterwards. */
export function applyToValue(value: unknown, edit: Edit): unknown {
  const root = structuredClone(value);
  const parent = reach(root, edit.path.slice(0, -1), edit.kind !== 'remove');
  const key = edit.path.at(-1);
  if (parent === undefined || key === undefined) return root;
  if (edit.kind === 'set') parent[key] = edit.value;
  else if (edit.kind === 'add') {
    const list = parent[key] ?? [];
    if (!Array.isArray(list)) return undefined;
    if (!list.includes(edit.value)) parent[key] = [...(list as unknown[]), edit.value];
  } else if (edit.value === undefined) {
    Reflect.deleteProperty(parent, key);
  } else if (Array.isArray(parent[key])) {
    const list = parent[key] as unknown[];
    const index = list.indexOf(edit.value);
    if (index !== -1) list.splice(index, 1);
  }
  return root;
}

/** The map or list at a path; `make` makes the maps that are missing on the way. */
function reach(root: unknown, path: Edit['path'], make: boolean): Map | undefined {
  let value = root;
  for (const part of path) {
    if (!isObject(value)) return undefined;
    if (make) value[part] ??= {};
    value = value[part];
  }
  return isObject(value) ? value : undefined;
}

const isObject = (value: unknown): value is Map => typeof value === 'object' && value !== null;

/** Equal in content and in the order of keys. */
export const isSameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
