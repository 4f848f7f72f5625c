import type { Context } from './context.ts';
import type { Project } from './project.ts';
import type { Machine } from './workspace-settings.ts';

/** What a workspace of this project has of this machine. */
export async function resolveMachine(context: Context, project: Project): Promise<Machine> {
  const owner = await context.files.owner(project.folder);
  return { folder: project.folder, owner, caFile: context.caFile };
}
