import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import { readPersonal } from './personal/read-personal.ts';
import type { MachineSettings } from './workspace-settings.ts';

/** Resolves what a workspace of this project has of this machine and its person. */
export async function resolveMachine(context: Context, project: Project): Promise<MachineSettings> {
  const [owner, personal] = await Promise.all([context.files.owner(project.folder), readPersonal(context)]);
  return { folder: project.folder, owner, caFile: context.caFile, ...(personal !== undefined && { personal }) };
}
