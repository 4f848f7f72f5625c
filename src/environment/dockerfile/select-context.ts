import { compilePattern, type PathPattern } from './match-pattern.ts';
import type { Dockerfile } from './parse-dockerfile.ts';

/** Which files of a folder belong to a build. Paths are relative to it, `/`-separated. */
interface ContextSelection {
  /** False if nothing below a folder can belong to the build. */
  readonly enters: (folder: string) => boolean;
  readonly takes: (path: string) => boolean;
  /** The name under which a file is hashed: a file that is copied itself, else the entry of the copied folder. */
  readonly groupOf: (path: string) => string;
  /** A source that is, or lies behind, this path. */
  readonly findSource: (path: string) => string | undefined;
}

/** One line of a .dockerignore. */
interface IgnoreRule {
  /** `!`: what it matches belongs to the build. */
  readonly keeps: boolean;
  readonly pattern: PathPattern;
}

/** Reads a .dockerignore: `#` comments, `!`, `*`, `**`. */
export function parseIgnoreRules(text: string): readonly IgnoreRule[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((line): IgnoreRule[] => {
      const trimmed = line.trim();
      if (line.startsWith('#') || trimmed === '' || trimmed === '!') return [];
      const keeps = trimmed.startsWith('!');
      const parts = trimmed
        .slice(keeps ? 1 : 0)
        .trim()
        .split('/')
        .filter((part) => part !== '' && part !== '.');
      return parts.length === 0 ? [] : [{ keeps, pattern: compilePattern(parts) }];
    });
}

/** Selects the files that the sources of a Dockerfile name, less those that a .dockerignore leaves out. */
export function selectContext(
  { sources, complete }: Pick<Dockerfile, 'sources' | 'complete'>,
  rules: readonly IgnoreRule[],
): ContextSelection {
  const paths = [...new Set(sources.map(({ path }) => path))];
  const all = !complete || paths.includes('');
  const wanted = all
    ? []
    : paths.map((path) => ({ path, depth: path.split('/').length, ...compilePattern(path.split('/')) }));
  const leavesOut = (parts: readonly string[]): boolean => {
    let out = false;
    // The last rule that matches the path or a folder above it decides.
    for (const { keeps, pattern } of rules) if (keeps === out && pattern.covers(parts)) out = !keeps;
    return out;
  };
  const mayKeepBelow = (folder: readonly string[]): boolean =>
    rules.some(({ keeps, pattern }) => keeps && (pattern.leadsFrom(folder) || pattern.covers(folder)));
  const findWanted = (parts: readonly string[]): (typeof wanted)[number] | undefined =>
    wanted.find(({ covers }) => covers(parts));
  return {
    takes: (path) => {
      const parts = path.split('/');
      return (all || findWanted(parts) !== undefined) && !leavesOut(parts);
    },
    enters: (path) => {
      const folder = path.split('/');
      if (leavesOut(folder) && !mayKeepBelow(folder)) return false;
      return all || wanted.some(({ covers, leadsFrom }) => covers(folder) || leadsFrom(folder));
    },
    groupOf: (path) => {
      const parts = path.split('/');
      return parts.slice(0, (findWanted(parts)?.depth ?? 0) + 1).join('/');
    },
    findSource: (path) => {
      const parts = path.split('/');
      return wanted.find(({ leadsFrom, matches }) => leadsFrom(parts) || matches(parts))?.path;
    },
  };
}
