import { findProject } from '../environment/find.ts';
import type { Context } from '../ports/context.ts';
import { down } from './down.ts';
import { listPlace } from '../observe/find-workspace.ts';
import { findService } from '../containers/services/read-services.ts';
import { planDown } from '../plan/plan-end.ts';
import { carryOutEnd } from './carry-out-end.ts';
import { up } from './up.ts';
import type { UpOptions } from './up-options.ts';
import type { UpResult } from './up-result.ts';

/**
 * Stops one service, or the workspace and all its services, and then brings
 * everything up. Throws USAGE for a service that does not exist.
 */
export async function restart(context: Context, options: UpOptions, service: string | undefined): Promise<UpResult> {
  if (service === undefined) await down(context, options.workspace);
  else await stopOne(context, options.workspace, service);
  return up(context, options);
}

async function stopOne(context: Context, workspace: string, service: string): Promise<void> {
  const { folder } = await findProject(context.files, context.folder);
  await (
    await context.projectLock()
  ).hold(folder, 'restart', async () => {
    const engine = await context.engine();
    const { services } = await listPlace(engine, { folder, workspace });
    const plan = planDown({ containers: [], services: [findService(services, service)] }, 'it is to start again');
    await carryOutEnd(context, engine, { project: '', folder, workspace }, plan);
  });
}
