import { showPath } from '../model/byte-path.ts';
import { noFacts } from '../containers/observe.ts';
import { requireTrust } from '../containers/require-trust.ts';
import { planReset } from '../plan/plan-up.ts';
import { inRounds, learnPorts } from '../containers/in-rounds.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { isHalfMade, type PathChange, type RawChange } from '../model/container.ts';
import type { Version } from '../model/version.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, listWorkspace } from '../observe/find-workspace.ts';
import { guardLeaving, lookAt, type Look } from '../capture/still/leave-container.ts';
import { requireLock } from '../versions/require-version.ts';
import { saveBefore } from '../snapshots/save-before.ts';
import { observeStanding } from '../observe/standing.ts';
import { listLost } from '../capture/carry/unsaved.ts';
import { findVersionImage, localReference } from '../observe/version-image.ts';
import { holdProject } from '../observe/hold-project.ts';

interface ResetOptions {
  readonly workspace: string;
  /** Keep what is dropped as a snapshot. */
  readonly snapshot: boolean;
}

interface ResetResult {
  /** The version that the workspace stands at. */
  readonly version: number;
  /** Paths whose changes were dropped. If there are none, nothing was done. */
  readonly dropped: readonly PathChange[];
}

/** Number of paths that are named before the question. */
const shown = 20;

/**
 * Drops what no version has: replaces the workspace's container by a new one of
 * the version that it stands at. The project folder, volumes and caches stay.
 */
export async function reset(context: Context, options: ResetOptions): Promise<ResetResult> {
  return holdProject(context, 'reset', async (project, held) => {
    const { folder } = project;
    const engine = await context.engine();
    const container = await findWorkspace(context, engine, folder, options.workspace);
    const lock = requireLock(project);
    const { version } = await observeStanding(engine.images, project, container);
    if (version === undefined)
      throw new DevenvError(
        'VERSION_NOT_FOUND',
        'The lock no longer has the version that this workspace was created from.',
        {
          hint: `Move it to version ${String(lock.current)} with \`devenv up\`.`,
          state: 'The workspace is as it was.',
        },
      );
    // A killed reset leaves the old container, with its changes, beside the new one.
    const containers = await listWorkspace(engine, folder, options.workspace);
    const seen = new Map<string, Look>();
    const lost = new Map<string, readonly RawChange[]>();
    for (const one of containers.filter((found) => !isHalfMade(found))) {
      const look = await lookAt(engine.runtime, one.id);
      seen.set(one.id, look);
      lost.set(one.id, await listLost(context, engine, project, one.id, look.changes));
    }
    const byPath = new Map([...lost.values()].flat().map((change) => [change.path, change]));
    const dropped = [...byPath.values()].map(({ path, kind }): PathChange => ({ path: showPath(path), kind }));
    if (dropped.length === 0 && containers.length === 1) return { version: version.number, dropped };
    const agreed = await requireTrust(context, project);
    if (dropped.length > 0) await confirmReset(context, version, dropped);
    const { workspace } = options;
    const changed = (lost.get(container.id) ?? []).length > 0;
    const place = { project: project.environment.name, folder, workspace };
    const leave = guardLeaving(context, engine, folder, seen);
    const facts = noFacts();
    let keep = options.snapshot;
    await inRounds(context, held, engine, project, place, {
      ...{ facts, agreed, learn: learnPorts(facts, false) },
      acts: () => ({
        snapshot: async ({ of }) => {
          held.check();
          const message = `before a reset to version ${String(version.number)}`;
          await saveBefore(context, held, project, { workspace, message, cause: 'reset', of });
          keep = false;
        },
      }),
      plan: async (_, { observed }) => {
        const here = (await findVersionImage(engine.images, lock.name, version)) !== undefined;
        const image = { ...observed.image, current: version, here };
        const source = { version, reference: localReference(lock.name, version) };
        return { plan: planReset({ ...observed, image }, { container: container.id, changed, keep }), leave, source };
      },
    });
    return { version: version.number, dropped };
  });
}

async function confirmReset(context: Context, version: Version, dropped: readonly PathChange[]): Promise<void> {
  context.progress.note(`These changes are in no version, and a reset drops them:`);
  for (const { path, kind } of dropped.slice(0, shown)) context.progress.note(`  ${kind} ${path}`);
  if (dropped.length > shown) context.progress.note(`  and ${String(dropped.length - shown)} more`);
  if (await context.prompt.confirm(`Reset the workspace to version ${String(version.number)}?`, false)) return;
  throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to drop the changes.', {
    state: 'The workspace is as it was.',
    data: { changes: dropped.length, paths: dropped.slice(0, 100).map(({ path }) => path) },
  });
}
