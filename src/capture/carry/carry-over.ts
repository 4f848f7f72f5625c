import type { Leave } from '../../plan/leave.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { ContainerDetails } from '../../model/container.ts';
import type { Decision } from '../../plan/operation.ts';
import type { Version } from '../../model/version.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Held } from '../../ports/project-lock.ts';
import { printCarryLabel } from './carry-label.ts';
import { removeSpareImages } from '../commit/remove-spare-images.ts';
import { dropIntent, listReferences, makeIntent, writeIntent } from '../commit/commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import type { Take } from './decide-conflicts.ts';
import { resumeAfterFailure, settleTimes } from '../still/hold-still.ts';
import { guardLeaving } from '../still/leave-container.ts';
import type { Project } from '../../observe/project.ts';
import { notLayered, replayDrift, untouched, type CarryResult } from './replay-drift.ts';
import { listVolumeWork } from '../still/volume-work.ts';

/** Uncommitted changes on their way from one container into the one that replaces it. */
export interface CarryOver {
  /** Guards containers that are removed: changes made after the copy are not lost. */
  readonly leave: Leave;
  /** Value of the label of the new container. */
  readonly label: string;
  /** Puts the changes into the new container, before it starts for the first time. */
  readonly fill: (container: string) => Promise<void>;
  readonly carried: CarryResult;
  /** To be called when the containers were replaced, or that failed. */
  readonly end: () => Promise<void>;
}

/**
 * Prepares to carry the uncommitted changes of a container into the one that
 * replaces it, made from `version`: captures them, compares them path by path
 * with the changes of the new version, and lays them on it. Changes nothing else
 * yet, and the container runs on. Absent if no container is replaced, or it has
 * no changes. Throws REBASE_CONFLICT, DRIFT_UNSAVED, ENGINE_REFUSED.
 */
export async function carryOver(
  context: Context,
  held: Held,
  project: Project,
  version: Version,
  decisions: readonly Decision[],
  leave: Leave,
  take: Take,
): Promise<CarryOver | undefined> {
  const engine = await context.engine();
  const decision = decisions.find(({ kind }) => kind === 'recreate');
  const old = decision?.kind === 'recreate' ? await engine.runtime.inspect(decision.container) : undefined;
  if (old === undefined) return undefined;
  await refuseVolumes(engine.runtime, old);
  const intent = makeIntent(engine.address, old, project.environment.name);
  const removeImages = (): Promise<void> => removeSpareImages(context, engine.images, listReferences(intent));
  let filled: string | undefined;
  const settle = async (): Promise<void> => {
    if (filled !== undefined) await settleTimes(engine.runtime, filled);
    filled = undefined;
  };
  const end = async (): Promise<void> => {
    await removeImages();
    await settle();
    // After an interrupt the engine may still create one of them: the next command removes it.
    if (!context.signal.aborted && (await resumeAfterFailure(engine.runtime, old)))
      await dropIntent(context, project.folder, intent);
  };
  held.check();
  await writeIntent(context, project.folder, intent);
  const task = context.progress.task('Carrying over uncommitted changes');
  try {
    await context.failpoints.reach('carry:intent');
    const made = await replayDrift(context, project, version, old, intent, take);
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
      label: printCarryLabel({ from: old.id, time: seen.time }),
      leave: async (container) => {
        if (container !== old.id) return leave(container);
        const leaving = await guard(container);
        // The intent is dropped last.
        return {
          ...leaving,
          release: () =>
            removeImages()
              .then(settle)
              .then(() => leaving.release()),
        };
      },
      fill: async (container) => {
        if (image === undefined) return;
        if (!(await (await context.snapshotData()).applyLayer(image, container, old.id))) throw notLayered();
        filled = container;
        await writeIntent(context, project.folder, { ...intent, filled });
        await context.failpoints.reach('carry:filled');
      },
    };
  } catch (error) {
    task.fail();
    await end();
    throw error;
  }
}

async function refuseVolumes(runtime: Runtime, { id }: ContainerDetails): Promise<void> {
  const work = await listVolumeWork(runtime, id);
  if (work.length === 0) return;
  const shown = work.slice(0, 5).map(({ path }) => path);
  throw new DevenvError(
    'DRIFT_UNSAVED',
    `The data in volumes that the image declares cannot be carried over: ${shown.join(', ')}.`,
    {
      state: untouched,
      hint: 'Move the data, or discard it with --discard. A volume that devenv.yaml declares is kept when a workspace is replaced.',
      data: { changes: work.length, paths: work.slice(0, 100).map(({ path }) => path) },
    },
  );
}
