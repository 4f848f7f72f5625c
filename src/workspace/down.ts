import { stopServices } from '../containers/services/stop-services.ts';
import { findProject } from '../environment/find.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, listPlace } from '../observe/find-workspace.ts';
import { readServices } from '../containers/services/read-services.ts';

/** Stops a workspace, then its services, those first that others do not need; all keep everything. False where all was stopped already. */
export async function down(context: Context, workspace: string): Promise<boolean> {
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, 'down', async () => {
    const engine = await context.engine();
    const { containers, services } = await listPlace(engine, { folder, workspace });
    // Services that outlived their workspace are stopped, too.
    if (containers.length === 0 && services.length === 0) await findWorkspace(engine, folder, workspace);
    let stopped = 0;
    for (const { id, state } of containers) {
      if (state === 'exited' || state === 'created') continue;
      const task = context.progress.task('Stopping the workspace');
      if (state === 'paused') await engine.runtime.unpause(id);
      await engine.runtime.stop(id, 5);
      task.done();
      stopped += 1;
    }
    stopped += await stopServices({ engine, progress: context.progress }, readServices(services));
    return stopped > 0;
  });
}
