import type { Drift } from '../../model/drift.ts';
import { inTask } from '../../observe/in-task.ts';
import { findWorkspace } from '../../observe/find-workspace.ts';
import { readProject } from '../../observe/project.ts';
import { observeStanding, readStandingImage } from '../../observe/standing.ts';
import type { Context } from '../../ports/context.ts';
import { requireLock } from '../../versions/require-version.ts';
import { observeDrift } from '../drift/observe-drift.ts';
import { proposeWriteBack, type WriteBack, type WriteBackOptions } from '../write-back/write-back.ts';

export interface DryRunOptions extends WriteBackOptions {
  readonly workspace: string;
}

/** What a commit would record, and declare in devenv.yaml. */
export interface CommitPlan {
  readonly drift: Drift;
  readonly declaration: Pick<WriteBack, 'declared' | 'suggested' | 'opaque'>;
}

/** Shows the edits of devenv.yaml that a commit would propose. Asks nothing, and changes nothing. */
export async function planCommit(context: Context, { workspace, ...options }: DryRunOptions): Promise<CommitPlan> {
  const project = await readProject(context);
  const lock = requireLock(project);
  const engine = await context.engine();
  const container = await findWorkspace(context, engine, project.folder, workspace);
  const image = await readStandingImage(engine.images, await observeStanding(engine.images, project, container));
  const changes = await context.changes();
  const observed = await inTask(context.progress, 'Looking for changes', () =>
    observeDrift(engine, changes, project, container, { signal: context.signal }),
  );
  const agreeing = { ...context, prompt: { ...context.prompt, interactive: false, confirm: async () => true } };
  const work = { context: agreeing, engine, project, lock, container, parent: { image } };
  const { declared, suggested, opaque } = await proposeWriteBack(work, observed, options);
  return { drift: observed.drift, declaration: { declared, suggested, opaque } };
}
