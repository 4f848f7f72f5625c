import { chooseExpired, type Retention } from './choose-expired.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { contentIdOf } from '../lock/content-id.ts';
import type { ContainerCopy, Snapshot } from '../model/snapshot.ts';
import { localReference } from '../observe/version-image.ts';
import type { Images } from '../ports/images.ts';
import type { Volume } from '../model/container.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Volumes } from '../ports/volumes.ts';
import { labels } from '../observe/labels.ts';
import { labelPlace, nameLabelled, nameResource, readPlace, type Place } from '../observe/place.ts';

/**
 * A snapshot on the engine. It exists as long as its mark does: an empty volume
 * with the record as a label, created last and removed first, each in one step.
 * Its data lie in a volume and an image that carry its transaction.
 */
export interface Kept {
  readonly snapshot: Snapshot;
  readonly transaction: string;
  /** The engine's name of the mark. */
  readonly mark: string;
  /** The engine's name of the volume with the copies. */
  readonly store: string;
  /** Name of its image, which exists if the workspace differed from its version. */
  readonly image: string;
}

/** Volumes of devenv.yaml have no names that start with a dot. */
const markName = (place: Place, number: number): string => nameSnapshot(place, String(number));
export const storeName = (place: Place, transaction: string): string => nameSnapshot(place, `data-${transaction}`);
/** Image of the file system, in a repository that no search for versions finds. */
export const imageName = (place: Place, transaction: string): string => `${imageRepository(place)}:${transaction}`;

/**
 * The snapshot's own name for the image of the version that its workspace stood
 * at: an amend, or whatever else removes that version, leaves the image there.
 */
export const nameHeldVersion = (image: string): string => `${image}-version`;

/** Names the image of the version for the snapshot, too. */
export async function holdVersion(
  images: Images,
  { project }: Place,
  { version: number, content }: Pick<ContainerCopy, 'version' | 'content'>,
  image: string,
): Promise<void> {
  const reference = localReference(project, { number, content });
  const found = await images.inspect(reference);
  if (found !== undefined && contentIdOf(found) === content) await images.tag(reference, nameHeldVersion(image));
}

const imageRepository = (place: Place): string => `devenv-snapshot/${nameResource(place)}`;

const nameSnapshot = (place: Place, part: string): string => nameResource(place, `.snapshot-${part}`);

/** Finds a workspace's snapshots by number, and volumes that belong to none, left by killed commands. */
export async function findSnapshots(
  volumes: Volumes,
  place: Place,
): Promise<{ readonly kept: readonly Kept[]; readonly orphans: readonly Volume[] }> {
  const all = await volumes.list([`${labels.role}=snapshot`, `${labels.workspace}=${place.workspace}`]);
  const found = all.filter(
    (volume) => belongsTo(place, volume) && volume.name.startsWith(nameLabelled(volume.labels, '.snapshot-')),
  );
  const kept = found.flatMap(readMark).sort((a, b) => a.snapshot.number - b.snapshot.number);
  const known = new Set(kept.flatMap(({ mark, store }) => [mark, store]));
  return { kept, orphans: found.filter(({ name }) => !known.has(name)) };
}

/** True for what was made in this folder, also before it was moved; not for what another project left at its path. */
function belongsTo({ project, folder, identity }: Place, { labels: found }: Volume): boolean {
  const of = found[labels.identity];
  if (of !== undefined && of === identity) return true;
  return found[labels.folder] === folder && (of === undefined || found[labels.project] === project);
}

/**
 * Finds the snapshots that are not kept any longer. Automatic ones expire after
 * a week, by the clock of this machine and that of the engine's: one that
 * jumped ahead ends nothing.
 */
export async function findExpired(
  { clock }: Pick<Context, 'clock'>,
  engine: Pick<Engine, 'runtime' | 'volumes'>,
  place: Place,
  retention: Retention = {},
): Promise<readonly Kept[]> {
  const { kept } = await findSnapshots(engine.volumes, place);
  const now = Math.min(clock.now(), Date.parse(await engine.runtime.now()));
  const numbers = chooseExpired(
    kept.map(({ snapshot }) => snapshot),
    now,
    retention,
  );
  return kept.filter(({ snapshot }) => numbers.includes(snapshot.number));
}

/** Finds the snapshot of a number. `of`: their workspace, if --name names another one. Throws SNAPSHOT_NOT_FOUND. */
export function requireSnapshot(kept: readonly Kept[], number: number, of?: string): Kept {
  const found = kept.find(({ snapshot }) => snapshot.number === number);
  if (found !== undefined) return found;
  throw new DevenvError(
    'SNAPSHOT_NOT_FOUND',
    `There is no snapshot ${String(number)} of ${of === undefined ? 'this workspace' : `the workspace ${of}`}.`,
    {
      ...(of !== undefined && { hint: `List snapshots with \`devenv snapshot list --name ${of}\`.` }),
    },
  );
}

/** Creates the mark: from then on the snapshot exists. */
export async function markSnapshot(
  volumes: Volumes,
  place: Place,
  transaction: string,
  snapshot: Snapshot,
): Promise<void> {
  await volumes.create(markName(place, snapshot.number), {
    ...labelPlace('snapshot', place),
    [labels.transaction]: transaction,
    [labels.store]: storeName(place, transaction),
    [labels.record]: JSON.stringify(snapshot),
  });
}

/** Removes the mark first: leftovers of a killed removal belong to no snapshot. */
export async function removeSnapshot(
  engine: Pick<Engine, 'images' | 'volumes'>,
  { mark, store, image }: Kept,
): Promise<void> {
  await engine.volumes.remove(mark);
  await removeParts(engine, store, image);
}

export async function removeParts(
  engine: Pick<Engine, 'images' | 'volumes'>,
  store: string | undefined,
  image: string,
): Promise<void> {
  if (store !== undefined) await engine.volumes.remove(store);
  // A container may use it, and no other name be left: the next removal takes it.
  for (const name of [image, nameHeldVersion(image)])
    await engine.images.remove(name).catch((error: unknown) => {
      if (!(error instanceof DevenvError) || error.data?.['status'] !== 409) throw error;
    });
}

/** Removes what killed commands left: parts without a mark. */
export async function removeOrphans(engine: Pick<Engine, 'images' | 'volumes'>, place: Place): Promise<void> {
  const { kept, orphans } = await findSnapshots(engine.volumes, place);
  for (const { name } of orphans) await engine.volumes.remove(name);
  const images = new Set(kept.flatMap(({ image }) => [image, nameHeldVersion(image)]));
  const repository = imageRepository(place);
  for (const { tags } of await engine.images.list([labels.role])) {
    for (const tag of tags.map((each) => each.replace(/^localhost\//, ''))) {
      if (tag.startsWith(`${repository}:`) && !images.has(tag)) await engine.images.remove(tag).catch(() => undefined);
    }
  }
}

function readMark({ name, labels: found }: Volume): readonly Kept[] {
  const { [labels.record]: record, [labels.transaction]: transaction, [labels.store]: store } = found;
  if (record === undefined || transaction === undefined || store === undefined) return [];
  const snapshot = JSON.parse(record) as Snapshot;
  return [
    {
      snapshot,
      transaction,
      mark: name,
      store,
      image: snapshot.container?.drift?.image ?? imageName(readPlace(found), transaction),
    },
  ];
}
