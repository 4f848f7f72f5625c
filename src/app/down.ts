import { findProject } from '../config/find.ts';
import type { Context } from './context.ts';
import { findWorkspace } from './find-workspace.ts';

/** Stops a workspace; it keeps everything. False where it was stopped already. */
export async function down(context: Context, workspace: string): Promise<boolean> {
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, 'down', async () => {
    const engine = await context.engine();
    const container = await findWorkspace(engine, folder, workspace);
    if (container.state === 'exited' || container.state === 'created') return false;
    const task = context.progress.task('Stopping the workspace');
    if (container.state === 'paused') await engine.unpauseContainer(container.id);
    await engine.stopContainer(container.id, 5);
    task.done();
    return true;
  });
}
