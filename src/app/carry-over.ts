import { randomUUID } from 'node:crypto';
import type { Leave } from '../apply/leave.ts';
import { showPath } from '../apply/list-tree.ts';
import { isWorthless } from '../drift/default-excludes.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerDetails } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { Operation } from '../model/plan.ts';
import type { Version } from '../model/version.ts';
import type { PackageChange } from '../plan/compare-inventories.ts';
import type { PathConflict } from '../plan/plan-replay.ts';
import type { Captured } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { describeCarried } from './carried.ts';
import { dropIntent, mergedReference, writeIntent, type CommitIntent } from './commit-intent.ts';
import type { Context } from './context.ts';
import { decideConflicts, type Take } from './decide-conflicts.ts';
import { findMissing, recordsClash } from './find-missing.ts';
import { keepStill, letGoOn, type Stillness } from './keep-still.ts';
import { labels } from './labels.ts';
import { layFiles } from './lay-files.ts';
import { guardLeaving, type Seen } from './leave-container.ts';
import type { Project } from './project.ts';
import { compareSides } from './replay-files.ts';
import { findStandingImage } from './standing.ts';
import { settleTimes } from './settle-times.ts';
import { provideVersion } from './version-image.ts';
import { listVolumeWork } from './volume-work.ts';

/** Uncommitted changes on their way from one container into the one that replaces it. */
export interface Carrying {
  /** Guards containers that go: what is written in one after its changes were copied is not lost. */
  readonly leave: Leave;
  /** Value of the new container's label. */
  readonly label: string;
  /** Puts the changes into the new container, before it starts for the first time. */
  readonly fill: (container: string) => Promise<void>;
  readonly carried: Carried;
  /** Must be called once the containers were exchanged, or were not. */
  readonly end: () => Promise<void>;
}

export interface Carried {
  /** Number of paths. */
  readonly paths: number;
  /** Paths that the new version changed too, and whose content counts. */
  readonly conflicts: readonly (PathConflict & { readonly taken: 'mine' | 'theirs' })[];
  /** Packages that were installed by hand and did not come along. */
  readonly packages: readonly PackageChange[];
}

/** Later than any file; in seconds since the epoch. */
const anyTime = 253_402_300_799;

/**
 * Prepares that what a container has and no version has goes along into the
 * one of `version` that replaces it: captured, compared path by path with what
 * the new version changed, laid on that. Absent where no container is replaced,
 * or it has nothing of its own. Nothing else is changed yet, and the container
 * runs on. Throws REBASE_CONFLICT, DRIFT_UNSAVED, ENGINE_REFUSED.
 */
export async function carryOver(
  context: Context,
  held: Held,
  project: Project,
  version: Version,
  operations: readonly Operation[],
  leave: Leave,
  take: Take,
): Promise<Carrying | undefined> {
  const engine = await context.engine();
  const operation = operations.find(({ kind }) => kind === 'recreate');
  const old = operation?.kind === 'recreate' ? await engine.inspectContainer(operation.container) : undefined;
  if (old === undefined) return undefined;
  await refuseVolumes(engine, old);
  const transaction = randomUUID();
  const intent: CommitIntent = {
    ...{ transaction, engine: (await engine.info()).address, container: old.id, parent: '' },
    paused: old.state === 'paused',
    reference: `devenv/${project.environment.name}:capture-${transaction.slice(0, 8)}`,
  };
  const removeImages = async (): Promise<void> => {
    for (const reference of [intent.reference, mergedReference(intent)]) await engine.removeImage(reference);
  };
  let filled: string | undefined;
  const end = async (): Promise<void> => {
    await removeImages();
    if (filled !== undefined) await settleTimes(engine, filled);
    // Else the engine may still make one of them: the next command removes it.
    if (!context.signal.aborted && (await letGoOn(engine, old))) await dropIntent(context, project.folder);
  };
  held.check();
  await writeIntent(context, project.folder, intent);
  const task = context.progress.task('Carrying over what no version has');
  try {
    await context.failpoints.reach('carry:intent');
    const made = await replay(context, project, version, old, intent, take);
    task.done();
    if (made === undefined) {
      await end();
      return undefined;
    }
    const { seen, image, carried } = made;
    const guard = guardLeaving(context, engine, project.folder, new Map([[old.id, seen]]), intent);
    return {
      carried,
      end,
      label: describeCarried({ from: old.id, time: seen.time }),
      leave: async (container) => {
        if (container !== old.id) return leave(container);
        const leaving = await guard(container);
        // The record of what is to be mended goes last.
        return { ...leaving, release: () => removeImages().then(() => leaving.release()) };
      },
      fill: async (container) => {
        if (image === undefined) return;
        if (!(await (await context.snapshotData()).applyLayer(image, container, old.id))) throw notLayered();
        filled = container;
        await context.failpoints.reach('carry:filled');
      },
    };
  } catch (error) {
    task.fail();
    await end();
    throw error;
  }
}

/** Lays a container's changes on a version. Absent where there are none. */
async function replay(
  context: Context,
  project: Project,
  version: Version,
  old: ContainerDetails,
  intent: CommitIntent,
  take: Take,
): Promise<{ readonly seen: Seen; readonly image?: Image; readonly carried: Carried } | undefined> {
  const engine = await context.engine();
  const { image: parent, since } = await findStandingImage(engine, project, old);
  const { captured, seen } = await captureDrift(context, engine, old, parent, since, intent.reference);
  await context.failpoints.reach('carry:captured');
  if (captured === undefined) return undefined;
  if (!captured.onParent || captured.image.diffIds.length !== parent.diffIds.length + 1) throw notLayered();

  const theirs = await provideVersion(context, project.environment, version);
  const sides = { before: parent.id, ours: intent.reference, theirs };
  const files = await compareSides(context, project, sides, isWorthless);
  const missing = recordsClash(files) ? await findMissing(context, project, sides) : undefined;
  const taken = await decideConflicts(context, files.conflicts, take, {
    ...{ ours: 'your workspace', command: 'devenv up --carry', state: untouched },
  });
  const packages = missing?.packages.filter(({ provider }) => provider === 'apt') ?? [];
  await confirmMissing(context, packages, take);
  const place = { theirs, reference: mergedReference(intent), beside: old.id };
  const laid = await layFiles(context, { ...place, replay: files, taken, left: missing?.files ?? new Set() });
  await context.failpoints.reach('carry:laid');
  if (laid === undefined) throw notLayered();
  const conflicts = files.conflicts.map((conflict) => ({
    ...conflict,
    path: showPath(conflict.path),
    taken: taken.has(conflict.path) ? ('mine' as const) : ('theirs' as const),
  }));
  return { seen, ...(laid.image && { image: laid.image }), carried: { paths: laid.paths, conflicts, packages } };
}

async function captureDrift(
  context: Context,
  engine: Engine,
  old: ContainerDetails,
  parent: Image,
  since: string | undefined,
  reference: string,
): Promise<{ readonly captured: Captured | undefined; readonly seen: Seen }> {
  const stillness: Stillness = { paused: 0, began: undefined };
  let seen: Seen = { time: '', changes: [] };
  const { config } = parent;
  // It is no version: what searches for those must not find it.
  const own = { [labels.role]: 'carried', [labels.record]: '', [labels.step]: '' };
  const captured = await context.capture.capture({
    container: old.id,
    parent: { ...parent, config: { ...config, labels: { ...config.labels, ...own } } },
    ...(since !== undefined && { since }),
    reference,
    latest: anyTime,
    leaveOut: isWorthless,
    still: (work) =>
      keepStill(context, engine, old, stillness, async () => {
        seen = { time: stillness.began ?? '', changes: await engine.listChanges(old.id) };
        return work();
      }),
  });
  return { captured, seen };
}

async function refuseVolumes(engine: Engine, { id }: ContainerDetails): Promise<void> {
  const work = await listVolumeWork(engine, id);
  if (work.length === 0) return;
  const shown = work.slice(0, 5).map(({ path }) => path);
  throw new DevenvError(
    'DRIFT_UNSAVED',
    `What lies in volumes that the image asks for goes with the workspace, and cannot be carried over: ${shown.join(', ')}.`,
    {
      state: untouched,
      hint: 'Move it elsewhere, or drop it with --discard. A volume that devenv.yaml names outlives the workspace.',
      data: { changes: work.length, paths: work.slice(0, 100).map(({ path }) => path) },
    },
  );
}

/** Both sides installed packages, and the new version's record of them counts. */
async function confirmMissing({ prompt }: Context, packages: readonly PackageChange[], take: Take): Promise<void> {
  if (packages.length === 0 || take === 'theirs') return;
  const names = packages.map(({ name }) => name).join(', ');
  if (
    prompt.interactive &&
    (await prompt.confirm(`Go on without these packages, to be installed again: ${names}?`, false))
  )
    return;
  throw new DevenvError(
    'REBASE_CONFLICT',
    `The newer version changed packages, too, so that these cannot be carried over: ${names}.`,
    {
      state: untouched,
      hint: 'Add them to `packages: {apt: […]}` in devenv.yaml, and the same command installs them; or go on without them: `--take theirs`.',
      data: { packages: packages.map(({ name }) => name) },
    },
  );
}

const untouched = 'The workspace is as it was.';

function notLayered(): DevenvError {
  return new DevenvError(
    'ENGINE_REFUSED',
    "This engine's storage does not show what a container changed, so that it cannot be carried over.",
    { state: untouched, hint: 'Keep it with `devenv commit`, or drop it with --discard.' },
  );
}
