import { findProject } from '../environment/find.ts';
import type { LogOptions } from '../ports/runtime.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, listPlace } from '../observe/find-workspace.ts';
import { findService } from '../containers/services/read-services.ts';

export interface LogsOptions extends Omit<LogOptions, 'signal' | 'since'> {
  readonly workspace: string;
  /** Absent: the workspace itself. */
  readonly service?: string;
  /** No older output: milliseconds before now, or milliseconds since the epoch. */
  readonly since?: { readonly kind: 'ago' | 'moment'; readonly milliseconds: number };
}

/** Copies the output of a service or of the workspace's main process, and says if there is none. With `follow`, until it stops or Ctrl-C. */
export async function logs(context: Context, { workspace, service, since, ...options }: LogsOptions): Promise<void> {
  const { folder } = await findProject(context.files, context.folder);
  const engine = await context.engine();
  const { id } =
    service === undefined
      ? await findWorkspace(context, engine, folder, workspace)
      : findService((await listPlace(engine, { folder, workspace })).services, service).container;
  // The clock of the engine's machine may differ.
  const now = since?.kind === 'ago' ? Date.parse(await engine.runtime.now()) : 0;
  const printed = await engine.runtime.readLogs(id, {
    ...options,
    ...(since !== undefined && { since: Math.abs(now - since.milliseconds) / 1000 }),
    signal: context.signal,
  });
  if (printed || options.tail === 0 || context.signal.aborted) return;
  const who = service === undefined ? 'The workspace' : `The service ${service}`;
  context.progress.note(`${who} has printed nothing${since === undefined ? '' : ' since then'}.`);
}
