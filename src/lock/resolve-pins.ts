import type { Items } from '../model/item.ts';
import type { Resolved } from '../model/version.ts';

/**
 * The exact versions of everything declared. What has a name of its own
 * (`apt:git`) is what the image was found to have; the rest (`node`, `base`)
 * is what its step resolved, or what was known before. What is no longer
 * declared is left out. Stable order.
 */
export function resolvePins(desired: Items, known: Resolved, inventory: Resolved): Resolved {
  const pins: Record<string, Record<string, string>> = {};
  for (const id of Object.keys(desired).sort()) {
    const [provider = '', ...rest] = id.split(':');
    const name = rest.join(':');
    if (name === '') {
      if (known[provider] !== undefined && Object.keys(known[provider]).length > 0)
        pins[provider] = sortKeys(known[provider]);
      continue;
    }
    const version = inventory[provider]?.[name] ?? known[provider]?.[name];
    if (version !== undefined) (pins[provider] ??= {})[name] = version;
  }
  return pins;
}

function sortKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
