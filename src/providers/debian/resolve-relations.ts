import type { DebianPackage } from './parse-dpkg-status.ts';

/**
 * Finds the installed packages that relations such as `a (>= 1), b:any | c` name: all alternatives, by their own names
 * or by what they provide.
 */
export function resolveRelations(
  packages: ReadonlyMap<string, DebianPackage>,
): (relations: string | undefined) => readonly string[] {
  const found = new Map<string, string[]>();
  for (const [name, { provides }] of packages)
    for (const each of new Set([name, ...namesIn(provides)])) found.set(each, [...(found.get(each) ?? []), name]);
  return (relations = '') => namesIn(relations).flatMap((name) => found.get(name) ?? []);
}

const namesIn = (relations: string): readonly string[] =>
  relations.split(/[,|]/).flatMap((text) => /^\s*([a-z0-9][a-z0-9+.-]+)/.exec(text)?.[1] ?? []);
