import type { Items } from '../model/item.ts';
import type { Action, Step } from '../model/plan.ts';
import { compareItems, nameOf } from './compare-items.ts';
import type { PackageList } from './package-list.ts';
import { pinOf, type Pins } from './pins.ts';

/**
 * The pins of a list whose packages need others: for what is declared and all
 * that it needs, `NAME` → version, `NAME.sha256` (or another `hash.field`) → hashes of its files,
 * `NAME.needs` → names. A script notes them in the image as lines: name, version,
 * hashes and needs.
 */
export class ClosurePins {
  readonly #packages: PackageList;
  readonly #key: string;
  readonly #prefix: string;
  readonly #isSame: (asked: string, pinned: string) => boolean;
  readonly #hash: { readonly field: string; readonly rule: RegExp };

  /** `prefix`: of a version in the value of an item. `isSame`: whether a pinned version is the one that is asked for. */
  constructor(
    packages: PackageList,
    key: string,
    prefix: string,
    isSame: (asked: string, pinned: string) => boolean,
    hash = { field: 'sha256', rule: /^[0-9a-f]{64}$/ },
  ) {
    this.#packages = packages;
    this.#key = key;
    this.#prefix = prefix;
    this.#isSame = isSame;
    this.#hash = hash;
  }

  /** What the lock keeps. */
  readonly pin = (wanted: Items, known: Pins, installed: Pins): Pins => {
    const pins: Record<string, string> = {};
    for (const name of [...closureOf(Object.keys(wanted).map(nameOf), known)].sort()) {
      const version = pinOf(installed, name) ?? pinOf(known, name);
      if (version === undefined) continue;
      pins[name] = version;
      if (version !== pinOf(known, name)) continue;
      for (const key of [`${name}.needs`, `${name}.${this.#hash.field}`]) {
        const value = pinOf(known, key);
        if (value !== undefined) pins[key] = value;
      }
    }
    return pins;
  };

  /**
   * What the script is to install: `locked` if the lock names each file by its
   * hash, else `resolve`, with the requirements and the pins that still hold.
   */
  planFiles(wanted: Items, pins: Pins): readonly ['locked' | 'resolve', readonly string[]] {
    const packages = this.#packages;
    const valueOf = (name: string): string => wanted[`${this.#key}:${name}`] ?? '*';
    const names = Object.keys(wanted).map((id) => packages.validateName(nameOf(id)));
    const isPinned = (name: string): boolean => this.#isPinOf(valueOf(name), pinOf(pins, name));
    const pinned = new Set(closureOf(names.filter(isPinned), pins).filter(isPinned));
    const locked = [...pinned].sort().flatMap((name) => this.#printLocked(name, pins));
    if (closureOf(names, pins).every((name) => pinned.has(name) && this.#hashesOf(name, pins).length > 0))
      return ['locked', locked];
    const asked = names.map((name) => {
      packages.validateVersion(packages.versionOf(valueOf(name)) ?? '0');
      return packages.declaration.print(name, valueOf(name));
    });
    return ['resolve', [...asked.sort(), ...locked]];
  }

  /** The steps of a list whose one script installs and removes. All that is declared is asked for at once: what is added has to fit what is there. */
  planSteps(
    wanted: Items,
    recorded: Items,
    pins: Pins,
    action: (mode: 'resolve' | 'locked' | 'remove', words: readonly string[]) => Action,
  ): readonly Step[] {
    const compared = compareItems(wanted, recorded);
    const gone = compared.removed.map(nameOf);
    return [
      ...this.#packages.planRemoval(gone, [action('remove', this.planRemoval(gone, wanted, pins))]),
      ...this.#packages.planInstall(compared, wanted, () => [action(...this.planFiles(wanted, pins))]),
    ];
  }

  /** Names to remove, and with `@` behind them those that only they needed. */
  planRemoval(names: readonly string[], wanted: Items, pins: Pins): readonly string[] {
    const kept = new Set(closureOf(Object.keys(wanted).map(nameOf), pins));
    const orphans = closureOf(names, pins).filter((name) => !kept.has(name) && !names.includes(name));
    const { validateName } = this.#packages;
    return [...names.map(validateName), ...orphans.map((name) => `${validateName(name)}@`)];
  }

  /** Reads the notes of the script, text of an image. */
  readonly parseNotes = (stdout: string): Pins => {
    const { isPackage } = this.#packages;
    const pins: Record<string, string> = {};
    for (const line of stdout.split('\n')) {
      const [name = '', version = '', hashes = '', needs = '', ...rest] = line.split(' ');
      const [sums = [], names = []] = [hashes, needs].map((cell) => cell.split(',').filter((word) => word !== '-'));
      if (rest.length > 0 || !isPackage(name, version) || sums.length === 0) continue;
      if (!sums.every((sum) => this.#hash.rule.test(sum)) || !names.every((each) => isPackage(each, '0'))) continue;
      pins[name] = version;
      pins[`${name}.${this.#hash.field}`] = sums.join(' ');
      if (names.length > 0) pins[`${name}.needs`] = names.join(' ');
    }
    return pins;
  };

  /** An entry with `@hash` for each hash; nothing behind the `@` if none is known. */
  #printLocked(name: string, pins: Pins): readonly string[] {
    const { validateName, validateVersion, declaration } = this.#packages;
    const entry = declaration.print(validateName(name), this.#prefix + validateVersion(pinOf(pins, name) ?? ''));
    const hashes = this.#hashesOf(name, pins);
    return (hashes.length === 0 ? [''] : hashes).map((hash) => `${entry}@${hash}`);
  }

  #hashesOf(name: string, pins: Pins): readonly string[] {
    return words(pinOf(pins, `${name}.${this.#hash.field}`)).filter((word) => this.#hash.rule.test(word));
  }

  #isPinOf(value: string, pin: string | undefined): boolean {
    const version = this.#packages.versionOf(value);
    return pin !== undefined && (version === undefined || this.#isSame(version, pin));
  }
}

/** Names and all that they need, as far as the lock knows. */
function closureOf(names: readonly string[], pins: Pins): readonly string[] {
  const found = new Set(names);
  for (const name of found) for (const needed of words(pinOf(pins, `${name}.needs`))) found.add(needed);
  return [...found];
}

const words = (text = ''): readonly string[] => text.split(' ').filter((word) => word !== '');
