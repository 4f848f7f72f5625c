import { showPath, splitPaths } from '../../model/byte-path.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { inImage } from '../../observe/images/ask-image.ts';
import { findDeletions, listNewer } from '../drift/list-newer.ts';
import type { Leave } from '../../plan/leave.ts';
import { compileExcludes } from '../../environment/compile-excludes.ts';
import { isExcluded, isWorthless } from '../../environment/default-excludes.ts';
import { findUnsavedChanges, leaveOutFolders } from '../drift/unsaved-changes.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { RawChange } from '../../model/container.ts';
import type { Decision } from '../../plan/operation.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Containers, Engine } from '../../ports/engine.ts';
import { findSuccessor, isCopy } from './carry-label.ts';
import type { Context } from '../../ports/context.ts';
import { labels } from '../../observe/labels.ts';
import { listOwn } from '../../observe/find-workspace.ts';
import { guardLeaving, lookAt, type Look } from '../still/leave-container.ts';
import type { Project } from '../../observe/project.ts';
import { observeStanding, readStandingImage, type ContainerStanding } from '../../observe/standing.ts';
import { listVolumeWork } from '../still/volume-work.ts';

/** What may happen to uncommitted changes. */
export interface LossOptions {
  /** They may be lost. */
  readonly discard: boolean;
  /** They are carried over into the container that replaces theirs. */
  readonly carry?: boolean;
}

/**
 * Refuses to remove a container with changes that no version has, unless the
 * person agreed to lose or carry them. Gives the guard for the removal.
 */
export async function refuseUnsaved(
  context: Context,
  engine: Containers & Pick<Engine, 'address'>,
  project: Project,
  decisions: readonly Decision[],
  { discard, carry = false }: LossOptions,
): Promise<Leave> {
  const seen = new Map<string, Look>();
  const going = decisions.flatMap((one) => (one.kind === 'remove' || (one.kind === 'recreate' && !carry) ? [one] : []));
  for (const { kind, container } of discard ? [] : going) {
    const kept = kind === 'remove' ? await findKept(engine, project, container) : undefined;
    if (kept === 'copy') continue;
    const look = kept ?? (await lookAt(engine.runtime, container));
    seen.set(container, look);
    if (kept !== undefined) continue;
    const unsaved = await listLost(context, engine, project, container, look.changes);
    if (unsaved.length === 0) continue;
    const shown = unsaved.slice(0, 5).map(({ path }) => showPath(path));
    const more = unsaved.length > shown.length ? ` and ${String(unsaved.length - shown.length)} more` : '';
    context.progress.note(`Changed since the last version: ${shown.join(', ')}${more}`);
    throw new DevenvError(
      'DRIFT_UNSAVED',
      `The workspace holds ${String(unsaved.length)} changes that no version has.`,
      {
        state: 'The workspace was not touched.',
        data: { changes: unsaved.length, paths: unsaved.slice(0, 100).map(({ path }) => showPath(path)) },
      },
    );
  }
  return guardLeaving(context, engine, project.folder, seen);
}

/**
 * After a killed `up --carry` a container may hold nothing but a copy, or its
 * changes may be in its successor already: then only later changes count.
 * Absent for other containers.
 */
async function findKept(engine: Containers, project: Project, id: string): Promise<Look | 'copy' | undefined> {
  const all = await listOwn(engine, [`${labels.role}=workspace`, `${labels.folder}=${project.folder}`]);
  const container = all.find((one) => one.id === id);
  if (container === undefined || all.length === 1) return undefined;
  if (isCopy(container, all)) return 'copy';
  const successor = findSuccessor(container, all);
  return successor && { time: successor.time, changes: await engine.runtime.listChanges(id) };
}

/**
 * Changes of a workspace that no version has. After a commit, `changes` tells
 * what came since, also in a stopped workspace; if the engine's storage does not
 * show that, the programs of a running workspace do.
 */
export async function listUnsaved(
  engine: Containers,
  changes: Pick<Changes, 'list'>,
  project: Project,
  container: string,
  listed?: readonly RawChange[],
): Promise<readonly RawChange[]> {
  const unsaved = findUnsavedChanges(listed ?? (await engine.runtime.listChanges(container)));
  if (unsaved.length === 0) return unsaved;
  const details = await engine.runtime.inspect(container);
  if (details === undefined) return unsaved;
  const standing = await observeStanding(engine.images, project, details);
  const exact = await changes.list(container, standing);
  if (exact !== undefined) return findUnsavedChanges([...exact]);
  if (details.state !== 'running') return unsaved;
  const { since } = standing;
  // A clock that was set back would hide new changes.
  if (since === undefined || (await engine.runtime.now()) < since)
    return leaveOutSockets(engine.runtime, container, unsaved);
  return (await listSince(engine, project, container, standing, since)) ?? unsaved;
}

/** Without sockets, which no image keeps: the engine's list does not tell them apart. */
async function leaveOutSockets(
  runtime: Runtime,
  container: string,
  changes: readonly RawChange[],
): Promise<readonly RawChange[]> {
  const script = 'xargs -0 -r sh -c \'find "$@" -maxdepth 0 -type s -print0\' sh 2>/dev/null; exit 0';
  const output = await readOutput(
    ...([runtime, container, ['sh', '-c', script]] as const),
    changes.map(({ path }) => path),
  );
  const sockets = new Set(output && splitPaths(output));
  return changes.filter(({ path }) => !sockets.has(path));
}

/**
 * What is lost with a container: unsaved changes, files that versions leave out
 * although somebody made them, such as keys and logins, and data in volumes that
 * the image declares.
 */
export async function listLost(
  context: Context,
  engine: Containers,
  project: Project,
  container: string,
  listed: readonly RawChange[],
): Promise<readonly RawChange[]> {
  const excluded = compileExcludes(project.environment.commit.exclude);
  const changes = leaveOutFolders(listed);
  const personal = changes.filter(({ path }) => !isWorthless(path) && (isExcluded(path) || excluded(path)));
  const unsaved = await listUnsaved(engine, await context.changes(), project, container, listed);
  const known = new Set(unsaved.map(({ path }) => path));
  const inVolumes = await listVolumeWork(engine.runtime, container);
  const found = [...unsaved, ...personal.filter(({ path }) => !known.has(path)), ...inVolumes];
  return found.length > 0 ? found : findHidden(context, engine, project, container, listed);
}

/** Unsaved changes since a capture, as the programs of the workspace tell them; absent if they cannot. */
async function listSince(
  engine: Containers,
  project: Project,
  container: string,
  standing: ContainerStanding,
  since: string,
): Promise<readonly RawChange[] | undefined> {
  const newer = await listNewer(engine.runtime, container, since);
  if (newer === undefined || newer.every(({ path }) => isWorthless(path))) return newer && [];
  const image = await readStandingImage(engine.images, standing);
  return inImage(engine.runtime, project.folder, image, async (version) =>
    findUnsavedChanges(await findDeletions(engine.runtime, container, version, newer, isWorthless)),
  );
}

/**
 * Folders that changed themselves (mode, owner), although the engine's list
 * would have them for the noise in them alone. The storage is read only if there
 * are such folders. None if it cannot be read.
 */
async function findHidden(
  context: Context,
  engine: Containers,
  project: Project,
  container: string,
  listed: readonly RawChange[],
): Promise<readonly RawChange[]> {
  const parents = new Set(listed.map(({ path }) => path.slice(0, Math.max(path.lastIndexOf('/'), 0))));
  const doubtful = listed.some(({ path, kind }) => kind === 'modified' && parents.has(path) && !isExcluded(path));
  const details = doubtful ? await engine.runtime.inspect(container) : undefined;
  if (details === undefined) return [];
  const changes = await context.changes();
  const exact = await changes.list(container, await observeStanding(engine.images, project, details));
  return [...(exact ?? [])].filter(({ path, unkept }) => unkept !== true && !isExcluded(path));
}
