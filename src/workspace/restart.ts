import { findProject } from '../environment/find.ts';
import type { Context } from '../ports/context.ts';
import { down } from './down.ts';
import { listPlace } from '../observe/find-workspace.ts';
import { findService, readServices } from '../containers/services/read-services.ts';
import { runs } from '../plan/plan-container.ts';
import { planAgain } from '../plan/plan-end.ts';
import { carryOutEnd } from './carry-out-end.ts';
import { up } from './up.ts';
import type { UpOptions } from './up-options.ts';
import type { UpResult } from './up-result.ts';

/**
 * Stops one service, or the workspace and all its services, and then brings
 * everything up. Throws USAGE for a service that does not exist.
 */
export async function restart(context: Context, options: UpOptions, service: string | undefined): Promise<UpResult> {
  const services = service === undefined ? await listRunning(context, options.workspace) : [service];
  if (service === undefined) await down(context, options.workspace);
  else await stopOne(context, options.workspace, service);
  return up(context, { ...options, chosen: { services } });
}

/** Names of the services that run: those of profiles come back, too. */
async function listRunning(context: Context, workspace: string): Promise<readonly string[]> {
  const { folder } = await findProject(context.files, context.folder);
  const { services } = await listPlace(await context.engine(), { folder, workspace });
  return readServices(services).flatMap(({ name, container }) => (runs(container) ? [name] : []));
}

async function stopOne(context: Context, workspace: string, service: string): Promise<void> {
  const { folder } = await findProject(context.files, context.folder);
  await (
    await context.projectLock()
  ).hold(folder, 'restart', async () => {
    const engine = await context.engine();
    const { services } = await listPlace(engine, { folder, workspace });
    const plan = planAgain(findService(services, service));
    await carryOutEnd(context, engine, { project: '', folder, workspace }, plan);
  });
}
