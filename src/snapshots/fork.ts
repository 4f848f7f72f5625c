import { randomBytes } from 'node:crypto';
import { agreeRepository } from '../containers/repository/agree-repository.ts';
import { requireTrust } from '../containers/require-trust.ts';
import { observeNetworks } from '../containers/network/observe-networks.ts';
import { requireRestrictable, restrict } from '../containers/restrict.ts';
import { chooseServices } from '../containers/services/choose-services.ts';
import { readRecord } from '../containers/workspace-record.ts';
import { provideVolumes } from '../containers/volumes/own-volumes.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';
import type { SnapshotPause } from '../model/snapshot.ts';
import type { Restrictions } from '../model/workspace.ts';
import { explainNone, readRestrictions } from '../observe/find-workspace.ts';
import { holdProject } from '../observe/hold-project.ts';
import { labelPlace, nameResource, type Place } from '../observe/place.ts';
import { identifyPlace, readProject, type Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { copyStill } from './copy-still.ts';
import { makeWorkspace } from './making/make-workspace.ts';
import { observeSource, type ObservedSource, type Source } from './observe-source.ts';
import { openWorktree } from './making/open-worktree.ts';
import { requireFree } from './making/require-free.ts';
import { snapshotIntent, type MakingIntent } from './snapshot-intent.ts';
import { imageName, removeParts } from './snapshots.ts';
import { undoMaking } from './making/undo-making.ts';

interface ForkOptions {
  /** The workspace that is copied. */
  readonly from: string;
  /** Of the new workspace; of its folder, if it gets a worktree. */
  readonly name: string;
  /** Branch of a worktree of git for the new workspace, which is the main one there. */
  readonly worktree?: string | undefined;
  /** Besides those of the workspace that is copied. */
  readonly restricted?: Restrictions | undefined;
}

export interface ForkResult {
  readonly from: string;
  /** Name of the new workspace in its project folder. */
  readonly workspace: string;
  /** Absolute project folder of the new workspace. */
  readonly folder: string;
  readonly branch?: string;
  /** Version that the copied workspace stands at. */
  readonly version: number;
  /** True if it had uncommitted changes, which the new one has, too. */
  readonly drift: boolean;
  /** Names of the volumes, as devenv.yaml has them. */
  readonly volumes: readonly string[];
  /** How long each container of the copied workspace was paused. */
  readonly pauses: readonly SnapshotPause[];
}

/**
 * Copies a workspace as it is at one moment: file system, volumes and services'
 * data. It is paused as for a snapshot and does not change. Throws WORKSPACE_NOT_FOUND, WORKSPACE_EXISTS, USAGE, NOT_TRUSTED and
 * WORKTREE_FAILED before anything was copied; SERVICE_FAILED and HOOK_FAILED
 * once the new workspace exists.
 */
export async function forkWorkspace(context: Context, given: ForkOptions): Promise<ForkResult> {
  return holdProject(context, 'fork', async (project, held) => {
    const engine = await context.engine();
    // Slow, and needed for new containers: begins early.
    engine.describe().catch(() => undefined);
    const { from, worktree } = given;
    const source = await identifyPlace(context, project, from);
    // Before a worktree is made, or trust is asked for.
    const observed = await requireWorkspace(context, engine, project, source);
    // What a copy runs, the first workspace could have prepared.
    const restricted = joinRestrictions(readRestrictions(observed.container), given.restricted);
    const options = { ...given, restricted };
    if (restricted !== undefined) requireRestrictable(project.environment, restricted);
    const origin = { context, held, project, place: source, observed };
    if (worktree === undefined) return fork(origin, { context, held, project }, options);
    const folder = await openWorktree(context, project.folder, options.name, worktree);
    const there = { ...context, folder };
    return (await context.projectLock()).hold(folder, 'fork', async (own) => {
      const target = { context: there, held: own, project: await readProject(there) };
      await agreeRepository(there, folder);
      return fork(origin, target, options);
    });
  });
}

const joinRestrictions = (of?: Restrictions, own?: Restrictions): Restrictions | undefined =>
  of === undefined ? own : { ...of, ...own };

interface Target {
  readonly context: Context;
  readonly held: Held;
  readonly project: Project;
}

/** The workspace that is copied, in its project. */
interface Origin extends Target {
  readonly place: Place;
  readonly observed: ObservedSource & Source;
}

/** Throws WORKSPACE_NOT_FOUND. */
async function requireWorkspace(
  { files }: Context,
  engine: Engine,
  project: Project,
  place: Place,
): Promise<ObservedSource & Source> {
  const observed = await observeSource(engine, project, place, 'everything');
  if (observed?.source !== undefined) return { ...observed, ...observed.source };
  throw await explainNone(files, engine, project.folder, place.workspace);
}

async function fork(
  { context, held, place: source, observed }: Origin,
  target: Target,
  { from, name, worktree, restricted }: ForkOptions,
): Promise<ForkResult> {
  const engine = await context.engine();
  const workspace = worktree === undefined ? name : 'main';
  const place = await identifyPlace(target.context, target.project, workspace);
  await requireFree(engine, place);
  if (restricted !== undefined) requireRestrictable(target.project.environment, restricted);
  const agreed = await requireTrust(target.context, target.project);
  const named = observed.volumes.flatMap(({ identity, name: engineName }) =>
    identity.kind === 'named' ? [{ name: identity.name, from: engineName }] : [],
  );
  tellUnnamed(context, observed);
  tellShared(context, target.project, { restricted, apart: worktree !== undefined });
  const volumes = named.map((volume) => volume.name);
  const transaction = randomBytes(6).toString('hex');
  const image = imageName(place, transaction);
  const making: MakingIntent = {
    ...{ kind: 'making', transaction, engine: engine.address, place },
    volumes: volumes.map((volume) => nameResource(place, volume)),
  };
  // A command that finds an interrupted fork removes it, in either folder.
  const elsewhere = place.folder !== source.folder;
  if (elsewhere) await snapshotIntent.write(context, place.folder, making);
  const record = await readRecord(context, source.folder, source.workspace, observed.container.id);
  // A mapping of owners is one container's, and another folder may have another owner.
  const settled = worktree === undefined && record?.owners.kind === 'same' ? record : undefined;
  let networks: Promise<unknown> | undefined;
  const result = await copyStill(context, held, engine, source, {
    title: `Copying the workspace ${from}`,
    observed: { ...observed, volumes: observed.volumes.filter(({ identity }) => identity.kind === 'named') },
    intent: { transaction, image, making: elsewhere ? undefined : making },
    open: async () => {
      networks = createNetworks(engine, restrict(target.project.environment, restricted), place);
      await provideVolumes(engine.volumes, place, volumes);
      return (await context.snapshotData()).copy({
        ...{ image: observed.tools, beside: transaction },
        ...{ volumes: named.map((volume) => volume.from), copies: making.volumes },
        ...(observed.writers.every(({ quiesce }) => quiesce === undefined) && {
          still: observed.writers.map(({ container }) => container.id),
        }),
      });
    },
    complete: async ({ container: copy, data, pauses }) => {
      if (copy === undefined) throw new DevenvError('INTERNAL', 'A workspace was copied without its container.');
      const { project: own, context: there } = target;
      const filled = data.then(() => context.failpoints.reach('fork:copied'));
      // A failure is reported where it is awaited.
      filled.catch(() => undefined);
      await networks;
      await makeWorkspace(there, target.held, engine, own, {
        ...{ place, agreed, copy, filled, image, transaction, restricted, settled, fresh: worktree !== undefined },
      });
      await filled;
      await context.failpoints.reach('fork:made');
      await removeParts(engine, undefined, image);
      const drift = copy.drift !== undefined;
      return { from, workspace, folder: place.folder, version: copy.version, drift, volumes, pauses };
    },
    undo: async (why) => {
      await networks;
      await undoMaking(context, engine, making, why);
      // What stays is no longer in progress: the next command there does not remove it.
      if (elsewhere) await snapshotIntent.drop(context, place.folder);
    },
  });
  if (elsewhere) await snapshotIntent.drop(context, place.folder);
  return { ...result, ...(worktree !== undefined && { branch: worktree }) };
}

/** Creates the networks while data is copied. If that fails, the plan creates them, and its failure is reported. */
async function createNetworks(
  engine: Pick<Engine, 'networks'>,
  environment: Environment,
  place: Place,
): Promise<unknown> {
  const active = chooseServices(environment.services, undefined);
  const { needed } = await observeNetworks(undefined, environment, place, { containers: [], services: [], active });
  return Promise.allSettled(
    needed.map(({ name, internal }) =>
      engine.networks.create(name, { labels: labelPlace('network', place), internal }),
    ),
  );
}

/** Tells which folders both workspaces mount and can write to. */
function tellShared(
  { progress }: Context,
  { environment }: Project,
  { restricted, apart }: { readonly restricted: Restrictions | undefined; readonly apart: boolean },
): void {
  if (restricted?.readOnlyProject === true) return;
  const volumes = [environment, ...environment.services].flatMap((one) => one.volumes);
  const folders = volumes
    .filter(({ kind, readOnly }) => !readOnly && (kind === 'host' || (kind === 'folder' && !apart)))
    .map(({ kind, source }) => (kind === 'host' ? source : source === '.' ? 'the project' : `./${source}`));
  if (folders.length === 0) return;
  progress.note(
    `Both workspaces write to the same folders: ${[...new Set(folders)].join(', ')}. --read-only-project mounts them read-only.`,
  );
}

/** Tells which volumes are not copied. Containers that devenv created have none without a name. */
function tellUnnamed({ progress }: Context, { volumes }: ObservedSource): void {
  for (const { identity } of volumes)
    if (identity.kind === 'unnamed')
      progress.note(`Not copied: the volume of ${identity.service} at ${identity.target}, which has no name.`);
}
