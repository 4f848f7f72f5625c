import { itemsOf } from '../model/item.ts';
import type { Resolved } from '../model/version.ts';
import type { Ask } from '../observe/images/ask-image.ts';
import { takeInventory } from '../observe/images/take-inventory.ts';
import type { Project } from '../observe/project.ts';
import { providers } from '../providers/registry.ts';

/** The packages in an image, and the notes of its steps about where they came from, by provider. */
export interface Packages {
  readonly inventory: Resolved;
  readonly origins: Resolved;
}

export async function readPackages(ask: Ask, { desired }: Project): Promise<Packages> {
  const traced = providers.flatMap(({ name, origins }) =>
    origins === 'none' || isEmpty(itemsOf(desired, name))
      ? []
      : [{ name: `${name} origins`, of: name, probe: origins.probe }],
  );
  // One program for both: its start takes longer than the answers.
  const inventory = await takeInventory(ask, [...providers, ...traced]);
  return { inventory, origins: Object.fromEntries(traced.map(({ name, of }) => [of, inventory[name] ?? {}])) };
}

const isEmpty = (items: object): boolean => Object.keys(items).length === 0;
