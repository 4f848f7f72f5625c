export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** A key of devenv.yaml that a file of the project asks for. */
export interface Entry {
  /** `['tools', 'node']`. */
  readonly path: readonly string[];
  readonly value: Value;
  /** `value` is one more item of the list at `path`. */
  readonly item?: true;
  /** Where it comes from, for the comment behind it: `package.json (packageManager)`. */
  readonly from: string;
}

/** One way to write devenv.yaml for a project: what it starts from, and what goes with that. */
export interface Proposal {
  /** For the question which one to take. */
  readonly title: string;
  /** In the order in which they count: of two for the same key, the first one. */
  readonly entries: readonly Entry[];
}

/** A field of another tool's file, and what devenv.yaml makes of it. */
export interface Field {
  /** As the file has it: `postCreateCommand`, `runArgs: --cap-add`. */
  readonly name: string;
  /** `mapped`: a key of devenv.yaml. `reference`: devenv reads it where it is. `unneeded`: it holds in any case, or is for an editor. `unmapped`: it is lost. */
  readonly verdict: 'mapped' | 'reference' | 'unneeded' | 'unmapped';
  /** The key, or why there is none. */
  readonly to: string;
}

export const set = (from: string, path: string, value: Value): Entry => ({ path: path.split('.'), value, from });

export const add = (from: string, path: string, value: Value): Entry => ({
  path: path.split('.'),
  ...{ value, from, item: true },
});

/** Without entries for a key that an earlier one has, or that lies below or above such a key. */
export function keepFirst(entries: readonly Entry[]): readonly Entry[] {
  const kept: Entry[] = [];
  for (const entry of entries) {
    const clashes = kept.some((other) => {
      const [short, long] = other.path.length <= entry.path.length ? [other, entry] : [entry, other];
      if (!short.path.every((key, index) => long.path[index] === key)) return false;
      const isSameList = entry.item === true && other.item === true && short.path.length === long.path.length;
      return !isSameList || sameItem(entry, other);
    });
    if (!clashes) kept.push(entry);
  }
  return kept;
}

/** Two versions of one package are the same item. */
function sameItem({ path, value }: Entry, other: Entry): boolean {
  if (path[0] !== 'packages') return JSON.stringify(value) === JSON.stringify(other.value);
  return nameOf(value) === nameOf(other.value);
}

const nameOf = (value: Value): string => JSON.stringify(value).replace(/(?<=..)(?:@|=).*$|"$/, '');
