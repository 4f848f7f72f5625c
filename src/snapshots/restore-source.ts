import type { Source } from '../containers/acts/site.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { contentIdOf } from '../lock/content-id.ts';
import type { Container } from '../model/container.ts';
import type { ContainerCopy, Snapshot, VolumeIdentity } from '../model/snapshot.ts';
import { listPlace } from '../observe/find-workspace.ts';
import type { Project } from '../observe/project.ts';
import { nameResource, type Place } from '../observe/place.ts';
import { findVersionImage, localReference } from '../observe/version-image.ts';
import type { Operation } from '../plan/operation.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { DataVolume } from './data-volumes.ts';
import type { RestoreIntent } from './snapshot-intent.ts';
import { findSnapshots, type Kept } from './snapshots.ts';

/** The workspace whose snapshots are meant: `from`, else the place itself, else main if there is nothing of the place. */
export async function findOrigin(
  engine: Pick<Engine, 'images' | 'runtime' | 'volumes'>,
  place: Place,
  from: string | undefined,
): Promise<Place> {
  if (from !== undefined) return { ...place, workspace: from };
  const [{ kept }, { containers, services }] = await Promise.all([
    findSnapshots(engine.volumes, place),
    listPlace(engine, place),
  ]);
  return kept.length + containers.length + services.length > 0 ? place : { ...place, workspace: 'main' };
}

/** The name of a volume for people: its own, or that of its service with the mount point. */
export const nameVolume = (identity: VolumeIdentity): string =>
  identity.kind === 'named' ? identity.name : `${identity.service}:${identity.target}`;

/** A volume without a name is created with the container of its service alone. */
export function refuseMissing({ volumes }: Snapshot, found: readonly DataVolume[]): void {
  const there = new Set(found.map(({ identity }) => nameVolume(identity)));
  const missing = volumes.find((volume) => volume.kind === 'unnamed' && !there.has(nameVolume(volume)));
  if (missing?.kind !== 'unnamed') return;
  throw new DevenvError(
    'WORKSPACE_NOT_FOUND',
    `The snapshot has data of the service ${missing.service} in ${missing.target}, and there is no such service now.`,
    { hint: 'Run `devenv up`, then the same command again.', state: 'The workspace is as it was.' },
  );
}

/** The version that the snapshot's workspace stood at. `here`: the engine has its image. Throws VERSION_NOT_FOUND. */
export async function findSource(
  images: Images,
  project: Project,
  { version: number, content }: ContainerCopy,
  held: string,
): Promise<Source & { readonly here: boolean }> {
  const { name } = project.environment;
  const reference = localReference(name, { number, content });
  for (const known of [reference, held]) {
    const image = await images.inspect(known);
    if (image === undefined || contentIdOf(image) !== content) continue;
    // A removed version gets its name again: the container must not depend on the snapshot.
    if (known === held) await images.tag(held, reference);
    return { version: { number, content }, reference, here: true };
  }
  const version = project.lock?.versions.findLast((known) => known.content === content);
  if (version !== undefined)
    return {
      version: { number: version.number, content },
      reference: localReference(name, version),
      here: (await findVersionImage(images, name, version)) !== undefined,
    };
  throw new DevenvError(
    'VERSION_NOT_FOUND',
    `The snapshot was made at version ${String(number)}, which neither this engine nor the lock has any more.`,
    { state: 'The workspace is as it was.' },
  );
}

interface RestoreFacts {
  /** Address of the engine. */
  readonly engine: string;
  readonly place: Place;
  readonly kept: Kept;
  /** An image whose programs move the data. */
  readonly image: string;
  readonly containers: readonly Container[];
  readonly operations: readonly Operation[];
  readonly data: readonly DataVolume[];
  readonly source: Source | undefined;
}

/** Describes the restore for the command that recovers it after a kill. */
export function describeIntent({
  engine,
  place,
  kept: { snapshot, store, transaction },
  image,
  containers,
  operations,
  data,
  source,
}: RestoreFacts): RestoreIntent {
  const found = new Map(data.map(({ identity, name }) => [nameVolume(identity), name]));
  // Each after those that it needs: the other way round than they stop.
  const ran = operations.flatMap((one) => (one.kind === 'stop' ? [one.container] : [])).reverse();
  const name = nameResource(place);
  return {
    ...{ kind: 'restore', phase: 'prepare', transaction, engine, number: snapshot.number, store, image },
    volumes: snapshot.volumes.map((volume) => found.get(nameVolume(volume)) ?? nameResource(place, nameVolume(volume))),
    ran,
    ...(source !== undefined && {
      replacement: {
        ...{ waiting: `${name}-restored-${transaction}`, name, old: containers.map(({ id }) => id) },
        start: containers.length === 0 || containers.some(({ id }) => ran.includes(id)),
      },
    }),
  };
}
