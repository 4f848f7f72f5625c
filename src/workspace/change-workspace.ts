import { DevenvError } from '../errors/devenv-error.ts';
import type { ImagePlan, Operation } from '../model/plan.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { bringWorkspace } from './bring-workspace.ts';
import { buildPlanned } from '../image/build.ts';
import { carryOver } from '../capture/carry/carry-over.ts';
import type { Context } from '../ports/context.ts';
import { findWorkspace, listPlace, listWorkspace } from '../observe/find-workspace.ts';
import { observeWorkspace } from '../containers/observe-workspace.ts';
import { confirmPlan, planProject } from '../image/plan.ts';
import { readProject, type Project } from '../observe/project.ts';
import { resolveMachine } from '../containers/resolve-machine.ts';
import { expectStart, settleWorkspace } from '../containers/settle-workspace.ts';
import { requireTrust } from '../containers/require-trust.ts';
import { refuseUnsaved } from '../capture/carry/unsaved.ts';
import type { Take } from '../capture/carry/decide-conflicts.ts';
import { describeUp, type UpResult } from './up-result.ts';
import { prepareServices, type PreparedServices } from '../containers/services/up-services.ts';
import {
  nameNetwork,
  provideNetwork,
  removeNetworks,
  resolveNetwork,
} from '../containers/network/workspace-network.ts';

export interface UpOptions {
  readonly workspace: string;
  /** Refuse where devenv.yaml and the lock disagree. */
  readonly frozen: boolean;
  /** Drop changes that no version has. */
  readonly discard: boolean;
  /** Take them along into the container that takes the old one's place. */
  readonly carry?: boolean;
  /** Whose files count where the new version changed them, too. */
  readonly take?: Take;
  /** As `build` has it, where a version is built. */
  readonly allow?: readonly string[];
  /** Refuse where a port of the host is taken, instead of moving it. */
  readonly strictPorts: boolean;
}

/** Does under the project's lock what an `up` finds to be done. */
export async function changeWorkspace(
  context: Context,
  held: Held,
  engine: Engine,
  options: UpOptions,
): Promise<UpResult> {
  // Again, under the lock: another command may have done it all meanwhile.
  let project = await readProject(context);
  const plan = planProject(project, { clean: false });
  const built = plan.kind === 'build';
  if (built) {
    refuseFrozen(options, plan);
    // Before the work, and not after it: a new version needs a new container.
    await refuseUnsaved(context, engine, project, await planRemoval(engine, project, options), options);
    await confirmPlan(context, project, plan, { discard: options.discard });
    await buildPlanned(context, held, project, plan, { allow: options.allow ?? [] });
    project = await readProject(context);
  }
  // Of what is used now: the workspace itself may have written devenv.yaml meanwhile.
  await requireTrust(context, project);
  const lock = project.lock;
  if (lock === undefined) throw new DevenvError('INTERNAL', 'A build ended without a lock.');
  const version = currentVersion(lock);
  const machine = await resolveMachine(context, project);
  const place = { project: project.environment.name, folder: project.folder, workspace: options.workspace };
  const { containers, services } = await listPlace(engine, place);
  const name = resolveNetwork(project.environment, place);
  const network = name === undefined ? undefined : await provideNetwork(engine, name, place);
  const operations = await observeWorkspace(engine, project, version, machine, containers, network);
  const leave = await refuseUnsaved(context, engine, project, operations, options);
  if (project.environment.data === 'seed')
    await (await import('../snapshots/seed/seed-volumes.ts')).seedVolumes(context, held, engine, project, place);
  const { carry, take, frozen, strictPorts } = options;
  const carrying =
    carry === true ? await carryOver(context, held, project, version, operations, leave, take) : undefined;
  let prepared: PreparedServices;
  try {
    const how = { frozen, strictPorts, allow: options.allow ?? [] };
    prepared = await prepareServices(context, held, engine, project, place, services, network, how);
    await expectStart(context, project, options.workspace, operations);
    const bringing = { ...options, ...(carrying && { carrying }) };
    const workspace = bringWorkspace(context, engine, project, version, operations, leave, bringing).then(
      async () => (await findWorkspace(engine, project.folder, options.workspace)).id,
    );
    await settleAll([workspace, prepared.bring(workspace)]);
  } finally {
    await carrying?.end();
  }
  if (network === undefined && containers.some(({ networks }) => networks.includes(nameNetwork(place))))
    await removeNetworks(engine, place);
  await settleWorkspace(context, engine, project, options.workspace);
  const done = describeUp(project, version, [...operations, ...prepared.operations], built);
  return { ...done, ...(carrying && { carried: carrying.carried }) };
}

/** Waits for all, whatever becomes of each, and then throws what failed first in their order. */
async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function planRemoval(engine: Engine, project: Project, options: UpOptions): Promise<readonly Operation[]> {
  const containers = await listWorkspace(engine, project.folder, options.workspace);
  return containers.map(({ id }): Operation => ({ kind: 'recreate', container: id, cause: 'a new version is built' }));
}

function refuseFrozen(options: UpOptions, plan: Extract<ImagePlan, { kind: 'build' }>): void {
  if (!options.frozen) return;
  throw new DevenvError('CHANGES_PENDING', 'devenv.yaml and devenv-lock.yaml disagree, and --frozen forbids a build.', {
    data: { steps: plan.steps.map(({ id, title }) => ({ id, title })) },
  });
}
