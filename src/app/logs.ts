import { findProject } from '../config/find.ts';
import type { LogOptions } from '../ports/engine.ts';
import type { Context } from './context.ts';
import { findWorkspace } from './find-workspace.ts';

/** Copies what the workspace's first process wrote. With `follow`, until it stops or the person does. */
export async function logs(context: Context, workspace: string, options: Omit<LogOptions, 'signal'>): Promise<void> {
  const { folder } = await findProject(context.files, context.folder);
  const engine = await context.engine();
  const container = await findWorkspace(engine, folder, workspace);
  await engine.readLogs(container.id, { ...options, signal: context.signal });
}
