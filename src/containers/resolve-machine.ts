import { listHostNames } from '../environment/env-references.ts';
import type { Context } from '../ports/context.ts';
import { findAgreedRepository } from './repository/agree-repository.ts';
import type { Project } from '../observe/project.ts';
import { readPersonal } from './personal/read-personal.ts';
import type { MachineSettings } from './workspace-settings.ts';

/** Resolves what a workspace of this project has of this machine and its person. */
export async function resolveMachine(context: Context, project: Project): Promise<MachineSettings> {
  const [owner, personal, repository] = await Promise.all([
    context.files.owner(project.folder),
    readPersonal(context),
    findAgreedRepository(context, project.folder),
  ]);
  const host = Object.fromEntries(
    listHostNames(project.environment.env).flatMap((name) => {
      const value = context.variables[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
  return {
    ...{ folder: project.folder, owner, caFile: context.caFile },
    ...(Object.keys(host).length > 0 && { host }),
    ...(personal !== undefined && { personal }),
    ...(repository !== undefined && { repository }),
  };
}
