import { showPath } from '../../model/byte-path.ts';
import { inImage } from '../../observe/images/ask-image.ts';
import { listFolders } from '../drift/list-folders.ts';
import { listNewer } from '../drift/list-newer.ts';
import type { Leave } from '../../plan/leave.ts';
import { compileExcludes } from '../../environment/compile-excludes.ts';
import { compareListings } from '../drift/compare-listings.ts';
import { isExcluded, isWorthless } from '../../environment/default-excludes.ts';
import { findUnsavedChanges, leaveOutFolders } from '../drift/unsaved-changes.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { RawChange } from '../../model/container.ts';
import type { Decision } from '../../plan/operation.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Containers, Engine } from '../../ports/engine.ts';
import { findSuccessor, isCopy } from './carried.ts';
import type { Context } from '../../ports/context.ts';
import { labels } from '../../observe/labels.ts';
import { findHidden } from '../drift/find-hidden.ts';
import { listOwn } from '../../observe/find-workspace.ts';
import { guardLeaving, lookAt, type Look } from '../still/leave-container.ts';
import type { Project } from '../../observe/project.ts';
import { observeStanding, readStandingImage, type ContainerStanding } from '../../observe/standing.ts';
import { listVolumeWork } from '../still/volume-work.ts';

export interface Losing {
  /** All of it may go. */
  readonly discard: boolean;
  /** A container that takes the place of another gets what that one has. */
  readonly carry?: boolean;
}

/**
 * Refuses to throw a container away while it holds changes that no version
 * has, unless that was asked for. Gives what guards it until it goes.
 */
export async function refuseUnsaved(
  context: Context,
  engine: Containers & Pick<Engine, 'address'>,
  project: Project,
  decisions: readonly Decision[],
  { discard, carry = false }: Losing,
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
 * Where an `up` that carried changes over was killed: a container may hold
 * nothing but a copy, or have its changes in another one already, and only what
 * was written since counts. Absent elsewhere.
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
 * What a workspace has that no version has. After a commit, `changes` tells what
 * came since, also in a stopped workspace; if the engine's storage does not show
 * that, the programs of a running workspace do.
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
  const standing = details && (await observeStanding(engine.images, project, details));
  if (details === undefined || standing?.since === undefined) return unsaved;
  const exact = await changes.list(container, standing);
  if (exact !== undefined) return findUnsavedChanges([...exact]);
  // A clock that went back would hide what is new; a stopped workspace cannot be asked.
  if (details.state !== 'running' || (await engine.runtime.now()) < standing.since) return unsaved;
  return (await listSince(engine, project, container, standing, standing.since)) ?? unsaved;
}

/**
 * What goes when a container goes: all that no version has, and also what
 * versions leave out on purpose though somebody made it, like keys and logins,
 * or what lies in volumes that the image asked for.
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

/**
 * Changes since a capture. Creating, writing, renaming and changing modes all
 * move an inode's time; a deletion moves that of its folder, which is compared
 * with the captured one. Absent where the workspace's `find` cannot tell.
 */
async function listSince(
  engine: Containers,
  project: Project,
  container: string,
  standing: ContainerStanding,
  since: string,
): Promise<readonly RawChange[] | undefined> {
  const newer = await listNewer(engine.runtime, container, since);
  if (newer === undefined) return undefined;
  const entries = newer.map(({ path }): RawChange => ({ path, kind: 'modified' }));
  const folders = newer
    .filter(({ path, folder }) => folder && path !== '/' && !isWorthless(path))
    .map(({ path }) => path);
  if (folders.length === 0) return findUnsavedChanges(entries);
  const image = await readStandingImage(engine.images, standing);
  const gone = await inImage(engine.runtime, project.folder, image, async (id) => {
    const [then, now] = await Promise.all([
      listFolders(engine.runtime, id, folders),
      listFolders(engine.runtime, container, folders),
    ]);
    return compareListings(then, now).map((path): RawChange => ({ path, kind: 'deleted' }));
  });
  return findUnsavedChanges([...entries, ...gone]);
}
