import type { MissingVersion } from '../provider.ts';
import { compareDebianVersions } from './compare-debian-versions.ts';

/** The versions that apt said it could not find, out of its output. */
export function parseMissing(output: readonly string[]): readonly MissingVersion[] {
  return output.flatMap((line) => {
    const [, version, name] = /^E: Version '([^']+)' for '([^']+)' was not found$/.exec(line.trim()) ?? [];
    return version === undefined || name === undefined ? [] : [{ name, version }];
  });
}

/** The files that apt refused because of their content, out of its output. */
export function parseMismatched(output: readonly string[]): readonly string[] {
  const line = /^E: Failed to fetch (?:\S*\/)?(\S+)\s+(?:Hash Sum mismatch|File has unexpected size)/;
  return output.flatMap((text) => line.exec(text.trim())?.[1] ?? []);
}

/** argv that lists the versions of the mirror. Reads the shared caches and does not write them. */
export const madisonArgv = (names: readonly string[]): readonly string[] => [
  'apt-cache',
  ...['-o', 'Dir::Cache::pkgcache=', '-o', 'Dir::Cache::srcpkgcache='],
  'madison',
  '--',
  ...names,
];

/** The output of `apt-cache madison`: name → versions, each once. */
export function parseMadison(stdout: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const [name = '', version = '', source = ''] = line.split('|').map((cell) => cell.trim());
    if (name === '' || version === '' || source.endsWith(' Sources')) continue;
    const versions = found.get(name) ?? [];
    if (!versions.includes(version)) found.set(name, [...versions, version]);
  }
  return found;
}

/** The next newer version, else the newest: in place of 1.2, 1.3 is better than 1.1. */
export function findNearestVersion(wanted: string, available: readonly string[]): string | undefined {
  const sorted = [...available].sort(compareDebianVersions);
  return sorted.find((version) => compareDebianVersions(version, wanted) >= 0) ?? sorted.at(-1);
}
