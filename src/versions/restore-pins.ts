import type { Items } from '../model/item.ts';
import type { Resolved } from '../model/version.ts';
import { resolvePins } from '../lock/resolve-pins.ts';

/**
 * The exact versions of an older version, whose own the lock no longer has:
 * what its image was found to have, and of what was recorded since only what
 * was declared the same way and is true of that image. `items`: what it
 * declares; `current`: what the version declares that `recorded` is of.
 */
export function restorePins(items: Items, current: Items, recorded: Resolved, inventory: Resolved): Resolved {
  const known: Record<string, Readonly<Record<string, string>>> = {};
  for (const [provider, pins] of Object.entries(recorded)) {
    const found = inventory[provider];
    if (found === undefined ? items[provider] === current[provider] : isTrue(pins, found)) known[provider] = pins;
    // Without a checksum: the registry is asked for that when it is needed.
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
