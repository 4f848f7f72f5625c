import { matchesPart, matchesPath } from './match-pattern.ts';
import type { Dockerfile } from './parse-dockerfile.ts';

/** Which files of a folder belong to a build. Paths are relative to it, `/`-separated. */
export interface ContextSelection {
  /** False if nothing below a folder can belong to the build. */
  readonly enters: (folder: string) => boolean;
  readonly takes: (path: string) => boolean;
  /** The name under which a file is hashed: a file that is copied itself, else the entry of the copied folder. */
  readonly groupOf: (path: string) => string;
  /** A source that is, or lies behind, this path. */
  readonly findSource: (path: string) => string | undefined;
}

/** One line of a .dockerignore. */
export interface IgnoreRule {
  /** `!`: what it matches belongs to the build. */
  readonly keeps: boolean;
  readonly parts: readonly string[];
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
      return parts.length === 0 ? [] : [{ keeps, parts }];
    });
}

/** Selects the files that the sources of a Dockerfile name, less those that a .dockerignore leaves out. */
export function selectContext(
  { sources, complete }: Pick<Dockerfile, 'sources' | 'complete'>,
  rules: readonly IgnoreRule[],
): ContextSelection {
  const paths = [...new Set(sources.map(({ path }) => path))];
  const all = !complete || paths.includes('');
  const wanted = all ? [] : paths.map((path) => path.split('/'));
  const leavesOut = (parts: readonly string[]): boolean => {
    let out = false;
    // The last rule that matches the path or a folder above it decides.
    for (const { keeps, parts: pattern } of rules) if (keeps === out && startsWith(parts, pattern)) out = !keeps;
    return out;
  };
  const mayKeepBelow = (folder: readonly string[]): boolean =>
    rules.some((rule) => rule.keeps && (canLead(folder, rule.parts) || startsWith(folder, rule.parts)));
  const depthOf = (parts: readonly string[]): number | undefined =>
    wanted.find((source) => startsWith(parts, source))?.length;
  return {
    takes: (path) => {
      const parts = path.split('/');
      return (all || depthOf(parts) !== undefined) && !leavesOut(parts);
    },
    enters: (path) => {
      const folder = path.split('/');
      if (leavesOut(folder) && !mayKeepBelow(folder)) return false;
      return all || wanted.some((source) => startsWith(folder, source) || canLead(folder, source));
    },
    groupOf: (path) => {
      const parts = path.split('/');
      return parts.slice(0, (all ? 0 : (depthOf(parts) ?? 0)) + 1).join('/');
    },
    findSource: (path) => {
      const parts = path.split('/');
      return wanted.find((source) => canLead(parts, source) || matchesPath(parts, source))?.join('/');
    },
  };
}

/** True if a pattern matches the path or a folder above it. */
function startsWith(path: readonly string[], pattern: readonly string[]): boolean {
  for (let length = 1; length <= path.length; length += 1) {
    if (matchesPath(path.slice(0, length), pattern)) return true;
  }
  return false;
}

/** True if a pattern can match something below a folder. */
function canLead(folder: readonly string[], pattern: readonly string[]): boolean {
  for (const [index, part] of folder.entries()) {
    const wanted = pattern[index];
    if (wanted === '**') return true;
    if (wanted === undefined || !matchesPart(part, wanted)) return false;
  }
  return pattern.length > folder.length;
}
