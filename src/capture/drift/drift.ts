import type { Drift } from '../../model/drift.ts';
import type { Context } from '../../ports/context.ts';
import { findWorkspace } from '../../observe/find-workspace.ts';
import { ifSlow } from '../../observe/if-slow.ts';
import { noteEngineFiles } from './note-engine-files.ts';
import { observeDrift } from './observe-drift.ts';
import { readProject } from '../../observe/project.ts';

/** Explains the uncommitted changes of a workspace. `files`: with every path. Changes nothing. */
export async function drift(context: Context, workspace: string, files: boolean): Promise<Drift> {
  const project = await readProject(context);
  const engine = await context.engine();
  const container = await findWorkspace(context, engine, project.folder, workspace);
  const noted = noteEngineFiles(context, engine.runtime, project, container.id);
  const work = observeDrift(engine, await context.changes(), project, container, { files });
  const [observed] = await Promise.all([
    ifSlow(context.progress, 'Comparing the workspace with its version', work),
    noted,
  ]);
  return observed.drift;
}
