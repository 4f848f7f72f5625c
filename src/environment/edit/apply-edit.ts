import type { Path } from '../problem.ts';
import type { EditValue } from './print-inline.ts';

/** A change of devenv.yaml. A path consists of keys and of indexes of lists. */
export type Edit =
  /** Appends an entry to a list unless the list has it. Creates a missing list. */
  | { readonly kind: 'add'; readonly path: Path; readonly value: EditValue }
  /** Sets a key or a list entry. Creates a missing key. Does not overwrite collections. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: EditValue }
  /** Removes the entry `value` from a list; without `value`, removes the key or the list entry. Ignores what does not exist. */
  | { readonly kind: 'remove'; readonly path: Path; readonly value?: string };

type Map = Record<string, unknown>;

/** Applies an edit to the value of the file. The edited text must parse to the result. */
export function applyToValue(value: unknown, edit: Edit): unknown {
  const root = structuredClone(value);
  const parent = reach(root, edit.path.slice(0, -1), edit.kind !== 'remove');
  const key = edit.path.at(-1);
  if (parent === undefined || key === undefined) return root;
  if (edit.kind === 'set') parent[key] = edit.value;
  else if (edit.kind === 'add') {
    const list = parent[key] ?? [];
    if (!Array.isArray(list)) return undefined;
    if (!list.some((one) => isSameValue(one, edit.value))) parent[key] = [...(list as unknown[]), edit.value];
  } else if (edit.value === undefined) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  } else if (Array.isArray(parent[key])) {
    const list = parent[key] as unknown[];
    const index = list.indexOf(edit.value);
    if (index !== -1) list.splice(index, 1);
  }
  return root;
}

/** The map or list at a path. `make` creates missing maps on the way. */
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

/** Equal content and order of keys. */
export const isSameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
