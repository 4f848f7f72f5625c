import type { DebianPackage } from './parse-dpkg-status.ts';

type Packages = ReadonlyMap<string, DebianPackage>;

/**
 * Packages of `asked` that brought packages which they, or what they need, only
 * recommend: a build without recommended packages would not have these.
 * `manual`: all that a person asked for. `brought`: what apt added besides.
 */
export function findRecommending(
  packages: Packages,
  manual: readonly string[],
  asked: readonly string[],
  brought: readonly string[],
): ReadonlySet<string> {
  const providers = new Map<string, string[]>();
  for (const [name, { provides }] of packages)
    for (const each of namesIn(provides)) providers.set(each, [...(providers.get(each) ?? []), name]);
  const reach = (from: readonly string[], relations: (found: DebianPackage) => string): ReadonlySet<string> => {
    const found = new Set(from);
    for (const name of found) {
      const one = packages.get(name);
      for (const each of one === undefined ? [] : namesIn(relations(one)))
        for (const other of [each, ...(providers.get(each) ?? [])]) if (packages.has(other)) found.add(other);
    }
    return found;
  };
  const needed = reach(manual, ({ depends }) => depends);
  const extra = brought.filter((name) => !needed.has(name));
  if (extra.length === 0) return new Set();
  const both = ({ depends, recommends }: DebianPackage): string => `${depends}, ${recommends}`;
  return new Set(
    asked.filter((name) => {
      const found = reach([name], both);
      return extra.some((each) => found.has(each));
    }),
  );
}

/** `a (>= 1), b:any | c` → a, b, c. */
const namesIn = (relations: string): readonly string[] =>
  relations.split(/[,|]/).flatMap((text) => /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(text)?.[1] ?? []);
