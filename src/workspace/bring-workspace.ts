import { applyWorkspace } from '../plan/apply-workspace.ts';
import type { Leave } from '../plan/leave.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { ContainerSpec } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import type { Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import type { Carrying } from '../capture/carry/carry-over.ts';
import type { Context } from '../ports/context.ts';
import { labels } from '../observe/labels.ts';
import { prepareWorkspace } from '../containers/prepare-workspace.ts';
import type { Project } from '../observe/project.ts';
import { describeMoves, readPublished } from '../containers/network/resolve-ports.ts';
import { tellWorktree } from '../containers/tell-worktree.ts';
import { refuseUnsaved } from '../capture/carry/unsaved.ts';
import { localReference, provideVersion } from '../observe/version-image.ts';

interface BringOptions {
  readonly workspace: string;
  readonly discard: boolean;
  readonly strictPorts: boolean;
  /** What the container that takes another's place gets from that. */
  readonly carrying?: Pick<Carrying, 'fill' | 'label' | 'leave'> | undefined;
}

/** Carries out what was planned for a workspace's container. Throws PORT_TAKEN, NOT_TRUSTED, DRIFT_UNSAVED. */
export async function bringWorkspace(
  context: Context,
  engine: Engine,
  project: Project,
  version: Version,
  operations: readonly Operation[],
  leave: Leave,
  options: BringOptions,
): Promise<void> {
  const { progress, failpoints } = context;
  const make = operations.some(({ kind }) => kind === 'create' || kind === 'recreate');
  if (make) await provideVersion(context, project.environment, version);
  const image = localReference(project.environment.name, version);
  const { workspace, strictPorts, carrying } = options;
  const prepared = make
    ? await prepareWorkspace(context, engine, project, { workspace, version, image, strictPorts })
    : undefined;
  if (make) await tellWorktree(context, project.folder);
  try {
    const made = await applyWorkspace(
      { engine, progress, failpoints, leave: carrying?.leave ?? leave, move: prepared?.move, fill: carrying?.fill },
      prepared && (carrying ? withLabel(prepared.spec, carrying.label) : prepared.spec),
      operations,
    );
    if (made !== undefined) for (const line of describeMoves(readPublished(made))) progress.note(line);
  } catch (error) {
    const start = operations.find(({ kind }) => kind === 'start');
    const taken = error instanceof DevenvError && error.code === 'PORT_TAKEN';
    if (!taken || start?.kind !== 'start' || strictPorts) throw error;
    await startElsewhere(context, engine, project, version, start.container, error, options);
  }
}

const withLabel = (spec: ContainerSpec, label: string): ContainerSpec => ({
  ...spec,
  labels: { ...spec.labels, [labels.carried]: label },
});

/** A container keeps its ports; where one was taken while it was stopped, another container has to take its place. */
async function startElsewhere(
  context: Context,
  engine: Engine,
  project: Project,
  version: Version,
  container: string,
  taken: DevenvError,
  options: BringOptions,
): Promise<void> {
  const recreate: Operation = { kind: 'recreate', container, cause: 'a port of it is taken' };
  const leave = await refuseUnsaved(context, engine, project, [recreate], { discard: options.discard }).catch(
    (cause: unknown) => {
      if (!(cause instanceof DevenvError) || cause.code !== 'DRIFT_UNSAVED') throw cause;
      throw new DevenvError('PORT_TAKEN', taken.message, {
        hint: 'Free it and run the same command again. With --discard another port is used, in a new container without the changes that no version has.',
        state: 'The workspace is stopped, with all its changes.',
        ...(taken.data !== undefined && { data: taken.data }),
        cause,
      });
    },
  );
  await bringWorkspace(context, engine, project, version, [recreate], leave, options);
}
