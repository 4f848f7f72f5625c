import { requireTrust } from '../containers/require-trust.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerCopy, Snapshot } from '../model/snapshot.ts';
import type { Images } from '../ports/images.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import { findDataVolumes, type DataVolume } from './data-volumes.ts';
import { finishRestore, undoRestore } from './finish-restore.ts';
import { listPlace } from '../observe/find-workspace.ts';
import { planRestore, prepareRestore } from './prepare-restore.ts';
import { readProject, type Project } from '../observe/project.ts';
import type { Place } from '../observe/place.ts';
import { settleRestored } from './settle-restored.ts';
import { snapshotIntent } from './snapshot-intent.ts';
import { findSnapshots, requireSnapshot, type Kept } from './snapshots.ts';
import { saveBefore } from './save-before.ts';
import { localReference, provideVersion } from '../observe/version-image.ts';
import { keyOf } from './volume-key.ts';
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
    const kept = requireSnapshot((await findSnapshots(engine.volumes, place)).kept, options.number);
    const { snapshot } = kept;
    await requireTrust(context, project);
    const { services } = await listPlace(engine, place);
    refuseMissing(snapshot, await findDataVolumes(engine, place, services));
    await confirmRestore(context, snapshot, options.snapshot);
    const image = await provideStanding(context, engine.images, project, snapshot.container);
    const message = `before snapshot ${String(snapshot.number)} was restored`;
    const take = { workspace: options.workspace, message, cause: 'restore', of: 'everything' } as const;
    const before = options.snapshot ? await saveBefore(context, held, project, take) : undefined;
    const task = context.progress.task(`Restoring snapshot ${String(snapshot.number)}`);
    try {
      const told = await exchange(context, held, project, place, kept, image);
      task.done();
      await settleRestored(context, project, place);
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

/** The image of the version that the snapshot's workspace stood at. Absent where the snapshot has no file system. */
async function provideStanding(
  context: Context,
  images: Images,
  project: Project,
  copy: ContainerCopy | undefined,
): Promise<string | undefined> {
  if (copy === undefined) return undefined;
  const reference = localReference(project.environment.name, { number: copy.version, content: copy.content });
  const image = await images.inspect(reference);
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
  const prepared = await planRestore(context, engine, project, place, kept, image);
  const { intent } = prepared;
  held.check();
  await snapshotIntent.write(context, project.folder, intent);
  let told: boolean;
  try {
    await context.failpoints.reach('restore:intent');
    told = await prepareRestore(context, engine, prepared);
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
