import { resolveRelations } from './resolve-relations.ts';
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
  const resolve = resolveRelations(packages);
  const reach = (from: readonly string[], relations: (found: DebianPackage) => string): ReadonlySet<string> => {
    const found = new Set(from);
    for (const name of found) {
      const one = packages.get(name);
      for (const other of resolve(one && relations(one))) found.add(other);
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
