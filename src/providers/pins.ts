import type { Items } from '../model/item.ts';
import { nameOf } from './compare-items.ts';

/**
 * Exact versions of the lock: name → version. Empty: take the newest that fits.
 * Pins that do not fit what is wanted are not used.
 */
export type Pins = Readonly<Record<string, string>>;

/** One version for each item: the installed one, else the known one. */
export function pinByName(wanted: Items, known: Pins, installed: Pins): Pins {
  const pins: Record<string, string> = {};
  for (const id of Object.keys(wanted).sort()) {
    const name = nameOf(id);
    const version = pinOf(installed, name) ?? pinOf(known, name);
    if (version !== undefined) pins[name] = version;
  }
  return pins;
}

/** All known pins, as long as anything is declared. */
export function pinAsKnown(wanted: Items, known: Pins): Pins {
  if (Object.keys(wanted).length === 0) return {};
  return Object.fromEntries(Object.entries(known).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export const pinOf = (pins: Pins, name: string): string | undefined =>
  Object.hasOwn(pins, name) ? pins[name] : undefined;
