import { splitPaths } from '../../model/byte-path.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { inImage } from '../../observe/images/ask-image.ts';
import { findDeletions, listNewer } from '../drift/list-newer.ts';
import { compileExcludes } from '../../observe/leaving-out.ts';
import { isExcluded, isWorthless } from '../../environment/default-excludes.ts';
import { findUnsavedChanges, leaveOutFolders } from '../drift/unsaved-changes.ts';
import type { RawChange } from '../../model/container.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Containers } from '../../ports/engine.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import { observeStanding, readStandingImage, type ContainerStanding } from '../../observe/standing.ts';
import { listVolumeWork } from '../still/volume-work.ts';

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

/** What is lost with a container, by whether a commit would keep it. */
export interface LostChanges {
  readonly committable: readonly RawChange[];
  /** Files that versions leave out although somebody made them, such as keys and logins, and data in volumes that the image declares. */
  readonly others: readonly RawChange[];
}

export async function findLost(
  context: Context,
  engine: Containers,
  project: Project,
  container: string,
  listed: readonly RawChange[],
): Promise<LostChanges> {
  const excluded = compileExcludes(project.environment.commit.exclude);
  const isLeftOut = ({ path }: RawChange): boolean => isExcluded(path) || excluded(path);
  const unsaved = await listUnsaved(engine, await context.changes(), project, container, listed);
  const personal = leaveOutFolders(listed).filter((change) => !isWorthless(change.path) && isLeftOut(change));
  const known = new Set(personal.map(({ path }) => path));
  const committable = unsaved.filter((change) => !isLeftOut(change));
  const left = unsaved.filter((change) => isLeftOut(change) && !known.has(change.path));
  const others = [...left, ...personal, ...(await listVolumeWork(engine.runtime, container))];
  if (committable.length + others.length > 0) return { committable, others };
  return { committable: await findHidden(context, engine, project, container, listed), others };
}

/** All that is lost with a container. */
export async function listLost(...request: Parameters<typeof findLost>): Promise<readonly RawChange[]> {
  const { committable, others } = await findLost(...request);
  return [...committable, ...others];
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
