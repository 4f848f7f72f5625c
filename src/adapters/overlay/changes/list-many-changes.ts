import { dirname, relative } from 'node:path/posix';
import type { RawChange } from '../../../model/container.ts';
import type { Asked } from '../../../ports/changes.ts';
import type { Engine } from '../../../ports/engine.ts';
import { ChangeList } from './change-list.ts';
import { compareUpper } from './compare-upper.ts';
import { storageTarget, type StorageHelpers } from '../helper/storage-helpers.ts';

interface Known extends Asked {
  readonly upper: string;
}

/**
 * Lists the changes of many containers, by id, with one helper for each image
 * that they stand at. Only of containers whose folders the engine names.
 */
export async function listManyChanges(
  engine: Pick<Engine, 'describe'>,
  helpers: StorageHelpers,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, Iterable<RawChange>>> {
  if ((await engine.describe()).storage.layers === 'hidden') return new Map();
  const groups = new Map<string, Known[]>();
  for (const one of asked) {
    const { upper } = one.container.overlay ?? {};
    if (upper === undefined) continue;
    const key = `${one.image} ${storageOf(upper)}`;
    groups.set(key, [...(groups.get(key) ?? []), { ...one, upper }]);
  }
  const found = new Map<string, Iterable<RawChange>>();
  await Promise.all([...groups.values()].map((group) => listGroup(helpers, group, found)));
  return found;
}

async function listGroup(
  helpers: StorageHelpers,
  group: readonly Known[],
  found: Map<string, Iterable<RawChange>>,
): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const folder = storageOf(first.upper);
  const helper = await helpers.findShared(folder, first.image, first.container.id);
  if (helper === undefined) return;
  const listOne = async ({ container, upper, since }: Known): Promise<void> => {
    const compared = await compareUpper({
      helper,
      upper: `${storageTarget}/${relative(folder, upper)}`,
      base: () => helpers.find(container, container.image),
      mounts: container.mounts,
      since,
      leaveOut: () => false,
    });
    if (!compared.partial) found.set(container.id, new ChangeList(compared));
  };
  await Promise.all(group.map(listOne));
}

/** `/var/lib/docker/overlay2/ID/diff` → `/var/lib/docker/overlay2`. */
const storageOf = (upper: string): string => dirname(dirname(upper));
