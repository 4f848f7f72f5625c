import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { ContainerCopy, Snapshot, VolumeIdentity } from '../model/snapshot.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from './context.ts';
import { findDataVolumes, type DataVolume } from './data-volumes.ts';
import { finishRestore, undoRestore } from './finish-restore.ts';
import { listPlace } from './find-workspace.ts';
import { provideVolumes } from './provide-volumes.ts';
import { readProject, type Project } from './project.ts';
import { prepareWorkspace } from './prepare-workspace.ts';
import type { Place } from './resolve-volume.ts';
import { readServices } from './read-services.ts';
import { snapshotIntent, type RestoreIntent } from './snapshot-intent.ts';
import { findSnapshots, requireSnapshot, type Kept } from './snapshots.ts';
import { saveBefore } from './save-before.ts';
import { localReference, provideVersion } from './version-image.ts';
import { contentIdOf } from '../lock/content-id.ts';

export interface RestoreOptions {
  readonly workspace: string;
  readonly number: number;
  /** Keep what there is now as a snapshot first. */
  readonly snapshot: boolean;
}

export interface RestoreResult {
  readonly restored: Snapshot;
  /** What there was before, kept as a snapshot. Absent where there was nothing. */
  readonly before?: Snapshot;
  /** False where the storage shows no layers: what was restored beyond the version is there, but is not told apart from it. */
  readonly told: boolean;
}

/**
 * Puts a workspace back to a snapshot: file system, volumes and services'
 * data, all or nothing. What there is now is kept as a snapshot first. Volumes
 * that the snapshot does not have stay as they are.
 */
export async function restoreSnapshot(context: Context, options: RestoreOptions): Promise<RestoreResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'snapshot restore', async (held) => {
    const project = await readProject(context);
    const engine = await context.engine();
    const place = { project: project.environment.name, folder, workspace: options.workspace };
    const kept = requireSnapshot((await findSnapshots(engine, place)).kept, options.number);
    const { snapshot } = kept;
    const { services } = await listPlace(engine, place);
    refuseMissing(snapshot, await findDataVolumes(engine, place, services));
    await confirmRestore(context, snapshot, options.snapshot);
    const image = await provideStanding(context, engine, project, snapshot.container);
    const message = `before snapshot ${String(snapshot.number)} was restored`;
    const take = { workspace: options.workspace, message, cause: 'restore', of: 'everything' } as const;
    const before = options.snapshot ? await saveBefore(context, held, project, take) : undefined;
    const task = context.progress.task(`Restoring snapshot ${String(snapshot.number)}`);
    try {
      const told = await exchange(context, held, project, place, kept, image);
      task.done();
      return { restored: snapshot, ...(before !== undefined && { before }), told };
    } catch (error) {
      task.fail();
      throw error;
    }
  });
}

async function confirmRestore(context: Context, { number, date, message }: Snapshot, keep: boolean): Promise<void> {
  const what = `snapshot ${String(number)} (${date}${message === '' ? '' : `, ${message}`})`;
  const now = keep ? 'What it holds now is kept as a snapshot.' : 'What it holds now is lost.';
  if (await context.prompt.confirm(`Put the workspace back to ${what}? ${now}`, false)) return;
  throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to restore the snapshot.', {
    state: 'The workspace is as it was.',
  });
}

/** A volume without a name is made with its service's container alone. */
function refuseMissing({ volumes }: Snapshot, found: readonly DataVolume[]): void {
  const there = new Set(found.map(({ identity }) => keyOf(identity)));
  const missing = volumes.find((volume) => volume.kind === 'unnamed' && !there.has(keyOf(volume)));
  if (missing?.kind !== 'unnamed') return;
  throw new DevenvError(
    'WORKSPACE_NOT_FOUND',
    `The snapshot has data of the service ${missing.service} in ${missing.target}, and there is no such service now.`,
    { hint: 'Run `devenv up`, then the same command again.', state: 'The workspace is as it was.' },
  );
}

const keyOf = (identity: VolumeIdentity): string =>
  identity.kind === 'named' ? `named ${identity.name}` : `unnamed ${identity.service} ${identity.target}`;

/** The image of the version that the snapshot's workspace stood at. Absent where the snapshot has no file system. */
async function provideStanding(
  context: Context,
  engine: Engine,
  project: Project,
  copy: ContainerCopy | undefined,
): Promise<string | undefined> {
  if (copy === undefined) return undefined;
  const reference = localReference(project.environment.name, { number: copy.version, content: copy.content });
  const image = await engine.inspectImage(reference);
  if (image !== undefined && contentIdOf(image) === copy.content) return reference;
  const version = project.lock?.versions.findLast(({ content }) => content === copy.content);
  if (version !== undefined) return provideVersion(context, project.environment, version);
  throw new DevenvError(
    'VERSION_NOT_FOUND',
    `The snapshot was made at version ${String(copy.version)}, which neither this engine nor the lock has any more.`,
    { state: 'The workspace is as it was.' },
  );
}

/** Undone where it fails before anything was exchanged; finished by the next command where it dies after that. */
async function exchange(
  context: Context,
  held: Held,
  project: Project,
  place: Place,
  kept: Kept,
  image: string | undefined,
): Promise<boolean> {
  const engine = await context.engine();
  const prepared = await plan(context, engine, project, place, kept, image);
  const { intent } = prepared;
  held.check();
  await snapshotIntent.write(context, project.folder, intent);
  let told: boolean;
  try {
    await context.failpoints.reach('restore:intent');
    told = await prepare(context, engine, prepared);
    await context.failpoints.reach('restore:ready');
    held.check();
  } catch (error) {
    await undoRestore(context, project.folder, intent);
    throw error;
  }
  await snapshotIntent.write(context, project.folder, { ...intent, phase: 'exchange' });
  await finishRestore(context, project.folder, intent);
  return told;
}

interface Prepared {
  readonly intent: RestoreIntent;
  readonly snapshot: Snapshot;
  /** Makes the workspace's new container and gives its id; `image` in place of its version's. */
  readonly make: (image?: string) => Promise<string>;
}

async function plan(
  context: Context,
  engine: Engine,
  project: Project,
  place: Place,
  { snapshot, store, transaction }: Kept,
  image: string | undefined,
): Promise<Prepared> {
  const { address } = await engine.info();
  const named = snapshot.volumes.flatMap((volume) => (volume.kind === 'named' ? [volume.name] : []));
  await provideVolumes(
    engine,
    place,
    named.map((source) => ({ kind: 'volume', source, target: '', readOnly: false })),
  );
  const { containers: old, services } = await listPlace(engine, place);
  const found = new Map(
    (await findDataVolumes(engine, place, services)).map(({ identity, name }) => [keyOf(identity), name]),
  );
  const copy = snapshot.container;
  const spec =
    copy &&
    image !== undefined &&
    (
      await prepareWorkspace(context, engine, project, {
        ...{ workspace: place.workspace, version: { number: copy.version, content: copy.content } },
        ...{ image, strictPorts: false },
      })
    ).spec;
  const ran = (containers: readonly Container[]): string[] =>
    containers.filter(({ state }) => state === 'running' || state === 'paused').map(({ id }) => id);
  const waiting = spec ? `${spec.name}-restored-${transaction}` : '';
  const tools = image ?? old[0]?.image ?? services[0]?.image;
  if (tools === undefined) throw new DevenvError('WORKSPACE_NOT_FOUND', 'There is no workspace to restore volumes in.');
  return {
    snapshot,
    intent: {
      ...{ kind: 'restore', phase: 'prepare', transaction, engine: address, number: snapshot.number, store },
      image: tools,
      volumes: snapshot.volumes.map((volume) => found.get(keyOf(volume)) ?? absent(volume)),
      ran: [...ran(sortByNeeds(readServices(services))), ...ran(old)],
      ...(spec && {
        replacement: {
          waiting,
          name: spec.name,
          old: old.map(({ id }) => id),
          start: old.length === 0 || ran(old).length > 0,
        },
      }),
    },
    make: async (other) => {
      if (!spec) throw new DevenvError('INTERNAL', 'A snapshot without a file system was to become a container.');
      return engine.createContainer({ ...spec, name: waiting, ...(other !== undefined && { image: other }) });
    },
  };
}

/** Each after those that it needs. */
function sortByNeeds(services: ReturnType<typeof readServices>): readonly Container[] {
  const sorted: string[] = [];
  const add = (name: string): void => {
    const service = services.find((one) => one.name === name);
    if (service === undefined || sorted.includes(name)) return;
    // Before its needs: what waits for itself is not waited for.
    const place = sorted.push(name) - 1;
    for (const need of service.needs) add(need);
    sorted.push(...sorted.splice(place, 1));
  };
  for (const { name } of services) add(name);
  return sorted.flatMap((name) => services.find((one) => one.name === name)?.container ?? []);
}

function absent(identity: VolumeIdentity): never {
  throw new DevenvError('INTERNAL', `The volume ${keyOf(identity)} was made and is not there.`);
}

/** Everything that may fail. Gives whether drift can be told apart from the version. */
async function prepare(context: Context, engine: Engine, { intent, snapshot, make }: Prepared): Promise<boolean> {
  for (const id of intent.ran) {
    if ((await engine.inspectContainer(id))?.state === 'paused') await engine.unpauseContainer(id);
    await engine.stopContainer(id, 10);
  }
  await context.failpoints.reach('restore:stopped');
  const told =
    snapshot.container === undefined || (await makeContainer(context, engine, intent, snapshot.container, make));
  await context.failpoints.reach('restore:made');
  if (intent.volumes.length === 0) return told;
  const session = await (
    await context.snapshotData()
  ).open({ ...intent, purpose: 'restore', beside: intent.transaction });
  try {
    await session.lay(intent.transaction);
  } finally {
    await session.close();
  }
  return told;
}

async function makeContainer(
  context: Context,
  engine: Engine,
  { transaction }: RestoreIntent,
  { drift }: ContainerCopy,
  make: Prepared['make'],
): Promise<boolean> {
  const id = await make();
  if (drift === undefined) return true;
  const image = await engine.inspectImage(drift.image);
  if (image === undefined) {
    throw new DevenvError('IMAGE_NOT_FOUND', `The engine does not have the snapshot's image ${drift.image} any more.`, {
      state: 'The workspace is as it was.',
    });
  }
  const data = await context.snapshotData();
  if (drift.kind === 'layer' && (await data.applyLayer(image, id, transaction))) return true;
  await engine.removeContainer(id);
  await make(image.id);
  return false;
}
