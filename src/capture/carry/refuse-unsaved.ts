import { showPath } from '../../model/byte-path.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import { formatCount, listSome } from '../../model/format-count.ts';
import { isLeftOver, listOwn } from '../../observe/find-workspace.ts';
import type { Project } from '../../observe/project.ts';
import { isAtCurrent } from '../../observe/standing.ts';
import type { Leave } from '../../plan/leave.ts';
import type { Decision } from '../../plan/operation.ts';
import type { Context } from '../../ports/context.ts';
import type { Containers, Engine } from '../../ports/engine.ts';
import { noteEngineFiles } from '../drift/note-engine-files.ts';
import { guardLeaving, lookAt, type Look } from '../still/leave-container.ts';
import { findSuccessor, isCopy } from './carry-label.ts';
import { findLost, type LostChanges } from './unsaved.ts';
import { selectPlace } from '../../observe/place.ts';

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
    await noteEngineFiles(context, engine.runtime, project, container);
    seen.set(container, look);
    if (kept !== undefined) continue;
    const lost = await findLost(context, engine, project, container, look.changes);
    const paths = [...lost.committable, ...lost.others].map(({ path }) => showPath(path));
    if (paths.length === 0) continue;
    context.progress.note(`Changed since the last version: ${listSome(paths)}`);
    throw new DevenvError(
      'DRIFT_UNSAVED',
      `The workspace has ${formatCount(paths.length, 'change')} that no version has.`,
      {
        hint: await adviseLoss(engine, project, kind, container, lost),
        state: 'The workspace was not touched.',
        data: { changes: paths.length, paths: paths.slice(0, 100) },
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
  const all = await listOwn(engine, selectPlace('workspace', project));
  const container = all.find((one) => one.id === id);
  if (container === undefined || all.length === 1) return undefined;
  if (isCopy(container, all)) return 'copy';
  const successor = findSuccessor(container, all);
  return successor && { time: successor.time, changes: await engine.runtime.listChanges(id) };
}

/** The commands that help. A commit keeps only some changes, and only of a workspace at the current version. */
async function adviseLoss(
  engine: Containers,
  project: Project,
  kind: 'remove' | 'recreate',
  id: string,
  { committable, others }: LostChanges,
): Promise<string> {
  const discard = 'or discard them with --discard.';
  const container = await engine.runtime.inspect(id);
  if (container !== undefined && (await isLeftOver(engine, container)))
    return `They are in the container ${container.name}, left over from an interrupted command: copy what you need to the project folder, ${discard}`;
  const isCurrent = container !== undefined && (await isAtCurrent(engine.images, project, container));
  const canCommit = isCurrent && others.length === 0;
  if (kind === 'recreate') {
    const commit = canCommit ? 'Commit them with `devenv commit`, or c' : 'C';
    return `${commit}arry them over with \`devenv up --carry\`, ${discard}`;
  }
  if (canCommit) return `Commit them with \`devenv commit\`, ${discard}`;
  if (committable.length === 0)
    return `No version keeps these files: copy what you need to the project folder, ${discard}`;
  if (isCurrent)
    return `Commit what a version keeps with \`devenv commit\` and copy the rest to the project folder, ${discard}`;
  return `Move the workspace and its changes to the current version with \`devenv up --carry\`, then commit them; ${discard}`;
}
