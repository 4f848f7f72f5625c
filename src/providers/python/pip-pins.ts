import type { Items } from '../../model/item.ts';
import { nameOf } from '../compare-items.ts';
import { PackageList } from '../package-list.ts';
import { pinOf } from '../pins.ts';
import type { Pins } from '../provider.ts';
import { normalisePythonName } from './python-packages.ts';

/** Names as PEP 503 normalises them; versions as PEP 440 has them, exact ones alone. */
export const pipPackages = new PackageList({
  ...{ key: 'pip', noun: 'a Python package', separator: '==', any: '*', prefix: '==', normalise: normalisePythonName },
  name: /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  version: /^(?:[0-9]+!)?[0-9][0-9A-Za-z.+_-]*$/,
});

/**
 * What the lock keeps: for what is declared and all that it needs, `NAME` →
 * version, `NAME.sha256` → hashes of its files, `NAME.needs` → names.
 */
export function pinClosure(wanted: Items, known: Pins, installed: Pins): Pins {
  const pins: Record<string, string> = {};
  for (const name of [...closureOf(Object.keys(wanted).map(nameOf), known)].sort()) {
    const version = pinOf(installed, name) ?? pinOf(known, name);
    if (version === undefined) continue;
    pins[name] = version;
    if (version !== pinOf(known, name)) continue;
    for (const key of [`${name}.needs`, `${name}.sha256`]) {
      const value = pinOf(known, key);
      if (value !== undefined) pins[key] = value;
    }
  }
  return pins;
}

/** Names and all that they need, as far as the lock knows. */
export function closureOf(names: readonly string[], pins: Pins): readonly string[] {
  const found = new Set(names);
  for (const name of found) for (const needed of words(pinOf(pins, `${name}.needs`))) found.add(needed);
  return [...found];
}

/**
 * What the script is to install: `locked` if the lock names each file by its
 * hash, else `resolve`, with the requirements and the pins that still hold.
 */
export function planFiles(wanted: Items, pins: Pins): readonly ['locked' | 'resolve', readonly string[]] {
  const { print } = pipPackages.declaration;
  const names = Object.keys(wanted).map((id) => pipPackages.validateName(nameOf(id)));
  const isPinned = (name: string): boolean => isPinOf(wanted[`pip:${name}`] ?? '*', pinOf(pins, name));
  const pinned = new Set(closureOf(names.filter(isPinned), pins).filter(isPinned));
  const locked = [...pinned].sort().flatMap((name) => printLocked(name, pins));
  if (closureOf(names, pins).every((name) => pinned.has(name) && hashesOf(name, pins).length > 0))
    return ['locked', locked];
  const asked = names.map((name) => {
    const value = wanted[`pip:${name}`] ?? '*';
    pipPackages.validateVersion(pipPackages.versionOf(value) ?? '0');
    return print(name, value);
  });
  return ['resolve', [...asked.sort(), ...locked]];
}

/** Reads the notes of the script, text of an image. */
export function parseNotes(stdout: string): Pins {
  const pins: Record<string, string> = {};
  for (const line of stdout.split('\n')) {
    const [name = '', version = '', hashes = '', needs = '', ...rest] = line.split(' ');
    const [sums = [], names = []] = [hashes, needs].map((cell) => cell.split(',').filter((word) => word !== '-'));
    if (rest.length > 0 || !pipPackages.isPackage(name, version) || sums.length === 0) continue;
    if (!sums.every(isSha256) || !names.every((each) => pipPackages.isPackage(each, '0'))) continue;
    pins[name] = version;
    pins[`${name}.sha256`] = sums.join(' ');
    if (names.length > 0) pins[`${name}.needs`] = names.join(' ');
  }
  return pins;
}

/** `name==version@hash` for each hash; nothing behind the `@` if none is known. */
function printLocked(name: string, pins: Pins): readonly string[] {
  const version = pipPackages.validateVersion(pinOf(pins, name) ?? '');
  const hashes = hashesOf(name, pins);
  return (hashes.length === 0 ? [''] : hashes).map((hash) => `${pipPackages.validateName(name)}==${version}@${hash}`);
}

const hashesOf = (name: string, pins: Pins): readonly string[] => words(pinOf(pins, `${name}.sha256`)).filter(isSha256);
const isSha256 = (word: string): boolean => /^[0-9a-f]{64}$/.test(word);
const words = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');

/** PEP 440: `==1.0` asks for 1.0.0, too. */
function isPinOf(value: string, pin: string | undefined): boolean {
  const bare = (version: string): string => version.toLowerCase().replace(/(?:\.0)+$/, '');
  const version = pipPackages.versionOf(value);
  return pin !== undefined && (version === undefined || bare(version) === bare(pin));
}
