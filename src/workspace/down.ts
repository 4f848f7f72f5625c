import { readServices } from '../containers/services/read-services.ts';
import { findProject } from '../environment/find.ts';
import { findWorkspace, listPlace } from '../observe/find-workspace.ts';
import { planDown } from '../plan/plan-end.ts';
import type { Context } from '../ports/context.ts';
import { carryOutEnd } from './carry-out-end.ts';

/** Stops a workspace, then its services, each after those that need it. All keep their data. False if all was stopped already. */
export async function down(context: Context, workspace: string): Promise<boolean> {
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, 'down', async () => {
    const engine = await context.engine();
    const { containers, services } = await listPlace(engine, { folder, workspace });
    // Services can be there without a workspace.
    if (containers.length === 0 && services.length === 0) await findWorkspace(context, engine, folder, workspace);
    const plan = planDown({ containers, services: readServices(services) });
    await carryOutEnd(context, engine, { project: '', folder, workspace }, plan, { told: (service) => service === '' });
    return plan.operations.length > 0;
  });
}
