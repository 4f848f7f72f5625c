import { DevenvError } from '../errors/devenv-error.ts';
import type { Operation } from '../model/plan.ts';
import type { Context } from './context.ts';
import { listWorkspace } from './find-workspace.ts';
import { readProject } from './project.ts';
import { refuseUnsaved } from './unsaved.ts';

export interface DestroyOptions {
  readonly workspace: string;
  /** Also drop changes that no version has. */
  readonly discard: boolean;
}

/** Removes a workspace: its container and what only it had. Versions, caches and the project stay. Gives the number of containers. */
export async function destroy(context: Context, options: DestroyOptions): Promise<number> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'destroy', async () => {
    const project = await readProject(context);
    const engine = await context.engine();
    const containers = await listWorkspace(engine, folder, options.workspace);
    if (containers.length === 0) return 0;
    const removals = containers.map(({ id }): Operation => ({
      kind: 'remove',
      container: id,
      cause: 'it is to be destroyed',
    }));
    const leave = await refuseUnsaved(context, engine, project, removals, options.discard);
    if (!(await context.prompt.confirm(`Destroy the workspace of ${project.environment.name}?`, false))) {
      throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to destroy the workspace.', {
        state: 'The workspace is as it was.',
      });
    }
    const task = context.progress.task('Removing the workspace');
    for (const { id } of containers) {
      const leaving = await leave(id);
      await engine.removeContainer(id).finally(() => leaving.release());
    }
    task.done();
    return containers.length;
  });
}
