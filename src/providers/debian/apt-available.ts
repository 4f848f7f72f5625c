import type { MissingVersion } from '../sources.ts';

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

/** Orders two versions of a Debian package as dpkg does: negative, zero or positive. */
export function compareDebianVersions(a: string, b: string): number {
  const [x, y] = [split(a), split(b)];
  return x.epoch - y.epoch || comparePart(x.upstream, y.upstream) || comparePart(x.revision, y.revision);
}

function split(version: string): { readonly epoch: number; readonly upstream: string; readonly revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  return dash === -1
    ? { epoch: Number(epoch), upstream: rest, revision: '' }
    : { epoch: Number(epoch), upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Runs of what is no digit and runs of digits, in turn. */
function comparePart(a: string, b: string): number {
  let [x, y] = [a, b];
  while (x !== '' || y !== '') {
    const [textA = '', textB = ''] = [/^\D*/.exec(x)?.[0], /^\D*/.exec(y)?.[0]];
    const order = compareText(textA, textB);
    if (order !== 0) return order;
    [x, y] = [x.slice(textA.length), y.slice(textB.length)];
    const [digitsA = '', digitsB = ''] = [/^\d*/.exec(x)?.[0], /^\d*/.exec(y)?.[0]];
    const [numberA, numberB] = [BigInt(digitsA || '0'), BigInt(digitsB || '0')];
    if (numberA !== numberB) return numberA < numberB ? -1 : 1;
    [x, y] = [x.slice(digitsA.length), y.slice(digitsB.length)];
  }
  return 0;
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = rank(a[index]) - rank(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** `~` comes before the end, letters before all other characters. */
function rank(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}
