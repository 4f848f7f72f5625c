import { currentVersion } from '../lock/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { listPlace } from '../observe/find-workspace.ts';
import { isSettled } from '../containers/is-settled.ts';
import { observeWorkspace } from '../containers/observe-workspace.ts';
import { readProject, type Project } from '../observe/project.ts';
import { resolveMachine } from '../containers/resolve-machine.ts';
import type { UpOptions } from './change-workspace.ts';
import { requireTrust } from '../containers/require-trust.ts';
import { describeUp, type UpResult } from './up-result.ts';
import { resolveNetwork } from '../containers/network/workspace-network.ts';

/**
 * Brings the workspace to what is declared and recorded: version, container,
 * running. Reads only, and takes no lock, when all is so already.
 */
export async function up(context: Context, options: UpOptions): Promise<UpResult> {
  context.expectEngine();
  const project = await readProject(context);
  await requireTrust(context, project);
  const engine = await context.provideEngine();
  const ready = await observeReady(context, engine, project, options);
  if (ready !== undefined) return ready;
  // Most calls end above: what changes something, secrets' rules to hooks, is half of the program's start.
  const [{ askUnsaved }, { changeWorkspace }] = await Promise.all([
    import('./ask-unsaved.ts'),
    import('./change-workspace.ts'),
  ]);
  return (await context.projectLock()).hold(project.folder, 'up', (held) =>
    askUnsaved(context, options, (settled) => changeWorkspace(context, held, engine, settled)),
  );
}

/** The result when nothing has to be done. */
async function observeReady(
  context: Context,
  engine: Engine,
  project: Project,
  options: UpOptions,
): Promise<UpResult | undefined> {
  if (project.lock?.shape !== project.shape) return undefined;
  const version = currentVersion(project.lock);
  const machine = await resolveMachine(context, project);
  const place = { project: project.environment.name, folder: project.folder, workspace: options.workspace };
  const { containers, services } = await listPlace(engine, place);
  const name = resolveNetwork(project.environment, place);
  const network = name === undefined ? undefined : { name, there: true };
  const operations = await observeWorkspace(engine, project, version, machine, containers, network);
  const [container] = containers;
  if (operations.length > 0 || container === undefined) return undefined;
  if (network !== undefined || services.length > 0) {
    const { observeServices } = await import('../containers/services/up-services.ts');
    if ((await observeServices(engine, project, place, services, network)).length > 0) return undefined;
    const { environment } = project;
    const { observeServiceStates } = await import('../containers/services/service-states.ts');
    const states = await observeServiceStates(engine, context.signal, environment.services, services, container.id);
    if (states.some(({ ready }) => ready === false)) return undefined;
  }
  if (!(await isSettled(context, engine, project, options.workspace, container))) return undefined;
  return describeUp(project, version, [], false);
}
