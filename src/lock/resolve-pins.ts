import { type Items, itemsOf } from '../model/item.ts';
import type { Resolved } from '../model/version.ts';
import { pinAsKnown } from '../providers/pins.ts';
import { providers } from '../providers/registry.ts';

/**
 * The exact versions of everything declared. Each provider chooses from
 * `known` (resolved by a step, or of the lock) and `inventory` (in the image).
 * Stable order.
 */
export function resolvePins(desired: Items, known: Resolved, inventory: Resolved): Resolved {
  const kept = [
    ['base', pinAsKnown(itemsOf(desired, 'base'), known['base'] ?? {})] as const,
    ...providers.map(
      ({ name, pins }) => [name, pins(itemsOf(desired, name), known[name] ?? {}, inventory[name] ?? {})] as const,
    ),
  ];
  return Object.fromEntries(
    kept.filter(([, pins]) => Object.keys(pins).length > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
