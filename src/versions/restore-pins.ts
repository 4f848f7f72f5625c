import type { Items } from '../model/item.ts';
import type { Resolved } from '../model/version.ts';
import { resolvePins } from '../lock/resolve-pins.ts';

/**
 * The pins of an older version, which the lock no longer has: taken from the
 * inventory of its image, and from the pins of the current version as far as
 * they are true of that image. `items`: what the older version declares;
 * `current`: what the version with the pins `recorded` declares.
 */
export function restorePins(items: Items, current: Items, recorded: Resolved, inventory: Resolved): Resolved {
  const known: Record<string, Readonly<Record<string, string>>> = {};
  for (const [provider, pins] of Object.entries(recorded)) {
    const found = inventory[provider];
    if (found === undefined ? items[provider] === current[provider] : isTrue(pins, found)) known[provider] = pins;
    // Without a checksum: a build asks the registry for it.
    else if (found !== undefined) known[provider] = pick(found, Object.keys(pins));
  }
  return resolvePins(items, known, inventory);
}

function isTrue(pins: Readonly<Record<string, string>>, found: Readonly<Record<string, string>>): boolean {
  return Object.entries(found).every(([name, version]) => pins[name] === undefined || pins[name] === version);
}

function pick(found: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(found).filter(([name]) => names.includes(name)));
}
