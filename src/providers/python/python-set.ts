import type { Action } from '../../model/plan.ts';
import { pinOf, type Pins } from '../pins.ts';
import { validateText } from '../validate-text.ts';
import { pipPackages } from './pip-pins.ts';
import { pythonAction, type SetPlace } from './python-action.ts';
import { requirementFiles } from './python-notes.ts';

/** Python packages that are installed and locked together. */
export interface PythonSet extends SetPlace {
  /** As in `packages.pip`: `name`, `name==version`, `-r FILE`. */
  readonly entries: readonly string[];
}

const sha256 = /^[0-9a-f]{64}$/;
const filePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}){0,10}$/;

/** A requirement file of an entry. Throws CONFIG_INVALID. */
export function fileOf(entry: string): string | undefined {
  const path = /^-r (.*)$/s.exec(entry)?.[1];
  return path === undefined ? undefined : validateText(filePattern, path, 'requirement file');
}

/** One line: equal for equal sets. */
export function printSet({ entries }: PythonSet, hashes: Readonly<Record<string, string>>): string {
  const words = entries.map((entry) => {
    const file = fileOf(entry);
    if (file === undefined) return specOf(entry);
    return `-r ${file} ${Object.hasOwn(hashes, file) ? (hashes[file] ?? '') : 'missing'}`;
  });
  return words.sort().join(' ');
}

/** Installs a set: by the lock alone if it is of exactly `value`, as `printSet` gives it. */
export function installSet(set: PythonSet, value: string, pins: Pins): readonly Action[] {
  const own = Object.entries(pins).filter(([key]) => key.startsWith(`${set.name}/`) && !/\.(?:of|sha256)$/.test(key));
  const locked = own.flatMap(([key, version]) => {
    const name = key.slice(set.name.length + 1);
    if (!pipPackages.isPackage(name, version)) return [];
    const hashes = (pinOf(pins, `${key}.sha256`) ?? '').split(' ').filter((word) => sha256.test(word));
    return hashes.map((hash) => `${name}==${version}@${hash}`);
  });
  const isWhole = pinOf(pins, `${set.name}/.of`) === value && locked.length > 0;
  if (isWhole) return [pythonAction('locked', locked.sort(), set)];
  const files = set.entries.flatMap((entry) => fileOf(entry) ?? []);
  const asked = set.entries.map((entry) => {
    const file = fileOf(entry);
    return file === undefined ? specOf(entry) : `@${file}`;
  });
  return [
    ...files.map((from): Action => ({ kind: 'copy', file: { from, to: `${requirementFiles}/${from}`, mode: '0644' } })),
    pythonAction('resolve', [...asked.sort(), ...locked.sort()], set),
  ];
}

/** The pins of sets: name → value, as `printSet` gives it. */
export function pinSets(wanted: ReadonlyMap<string, string>, known: Pins): Pins {
  const kept = Object.entries(known).filter(([key]) => [...wanted.keys()].some((name) => isOf(key, name)));
  const values = [...wanted].map(([name, value]) => [`${name}/.of`, value] as const);
  return Object.fromEntries([...kept, ...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a key is `NAME/PACKAGE` or `NAME/PACKAGE.sha256`. */
const isOf = (key: string, name: string): boolean =>
  key.startsWith(`${name}/`) && /^[a-z0-9.-]+$/.test(key.slice(name.length + 1));

/** Reads the notes of sets, text of an image. */
export function parseSets(stdout: string): Pins {
  const pins: Record<string, string> = {};
  for (const part of stdout.split(/^@$/m)) {
    const name = /^# (\/?[A-Za-z0-9_][A-Za-z0-9_./-]{0,500})$/m.exec(part)?.[1];
    if (name === undefined) continue;
    for (const line of part.split('\n')) {
      const [dist = '', version = '', hashes = ''] = line.split(' ');
      const sums = hashes.split(',');
      if (!pipPackages.isPackage(dist, version) || !sums.every((sum) => sha256.test(sum))) continue;
      pins[`${name}/${dist}`] = version;
      pins[`${name}/${dist}.sha256`] = sums.join(' ');
    }
  }
  return pins;
}

function specOf(entry: string): string {
  const { name, value } = pipPackages.declaration.parse(entry);
  pipPackages.validateVersion(pipPackages.versionOf(value) ?? '0');
  return pipPackages.declaration.print(pipPackages.validateName(name), value);
}
