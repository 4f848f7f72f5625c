import { asMap } from '../../model/json.ts';
import type { Digest, Resolved } from '../../model/version.ts';
import { providers } from '../../providers/registry.ts';
import type { Context } from '../../ports/context.ts';
import { recallFile } from '../recall-file.ts';

type Ports = Pick<Context, 'files' | 'machine'>;

const file = recallFile<{ readonly inventories: Readonly<Record<string, Resolved>> }>('inventories');

/** Some 20 kB each. */
const most = 20;

/** The inventories of images by content id, as far as this machine took them before for this project. */
export async function recallInventories(ports: Ports, folder: string): Promise<ReadonlyMap<string, Resolved>> {
  const { inventories } = await file.read(ports, folder);
  return new Map(Object.entries(asMap(inventories)) as [string, Resolved][]);
}

/** Keeps an inventory: an image of the same content has the same one for ever. */
export async function keepInventory(ports: Ports, folder: string, content: Digest, taken: Resolved): Promise<void> {
  const known = [...(await recallInventories(ports, folder))].filter(([other]) => other !== content);
  const own = Object.fromEntries(
    providers.flatMap(({ name }) => (taken[name] === undefined ? [] : [[name, taken[name]]])),
  );
  const inventories = Object.fromEntries([...known.slice(1 - most), [content, own]]);
  await file.write(ports, folder, { inventories });
}
