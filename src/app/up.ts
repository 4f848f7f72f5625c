import { DevenvError } from '../errors/devenv-error.ts';
import type { Container } from '../model/container.ts';
import type { ImagePlan, Operation, ServiceOperation } from '../model/plan.ts';
import type { Digest, Version } from '../model/version.ts';
import { planWorkspace } from '../plan/plan-workspace.ts';
import { currentVersion } from '../plan/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { askUnsaved } from './ask-unsaved.ts';
import { bringWorkspace } from './bring-workspace.ts';
import { buildPlanned } from './build.ts';
import { carryOver, type Carried } from './carry-over.ts';
import { confirmPlan, planProject } from './plan.ts';
import type { Context } from './context.ts';
import type { Take } from './decide-conflicts.ts';
import { findWorkspace, listPlace, listWorkspace } from './find-workspace.ts';
import { labels } from './labels.ts';
import { readProject, type Project } from './project.ts';
import type { Place } from './resolve-volume.ts';
import { resolveMachine } from './resolve-machine.ts';
import { observeServiceStates } from './service-states.ts';
import { expectStart, isSettled, settleWorkspace } from './settle-workspace.ts';
import { resolveStanding } from './standing.ts';
import { requireTrust } from './trust.ts';
import { refuseUnsaved } from './unsaved.ts';
import { observeServices, prepareServices, type PreparedServices } from './up-services.ts';
import {
  nameNetwork,
  provideNetwork,
  removeNetworks,
  resolveNetwork,
  workspaceAlias,
  type ServiceNetwork,
} from './workspace-network.ts';
import { fingerprintOf, hashSettings, resolveSettings, type Machine } from './workspace-settings.ts';

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

export interface UpResult {
  readonly name: string;
  readonly version: number;
  readonly content: Digest;
  readonly fingerprint: Digest;
  /** What was done, in order; empty when all was as it should be. */
  readonly operations: readonly (Operation | ServiceOperation)[];
  /** True where this command made the version. */
  readonly built: boolean;
  /** What came along from the old container and is still in no version. */
  readonly carried?: Carried;
}

/**
 * Brings the workspace to what is declared and recorded: version, container,
 * running. Reads only, and takes no lock, when all is so already.
 */
export async function up(context: Context, options: UpOptions): Promise<UpResult> {
  const project = await readProject(context);
  await requireTrust(context, project);
  const engine = await context.engine();
  const ready = await observeReady(context, engine, project, options);
  if (ready !== undefined) return ready;
  return (await context.projectLock()).hold(project.folder, 'up', (held) =>
    askUnsaved(context, options, (settled) => change(context, held, engine, settled)),
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
  const place = placeOf(project, options);
  const { containers, services } = await listPlace(engine, place);
  const name = resolveNetwork(project.environment, place);
  const network = name === undefined ? undefined : { name, there: true };
  const operations = await observe(engine, project, version, machine, containers, network);
  const [container] = containers;
  if (operations.length > 0 || container === undefined) return undefined;
  if (network !== undefined || services.length > 0) {
    if ((await observeServices(engine, project, place, services, network)).length > 0) return undefined;
    const { environment } = project;
    const states = await observeServiceStates(engine, context.signal, environment.services, services, container.id);
    if (states.some(({ ready }) => ready === false)) return undefined;
  }
  if (!(await isSettled(context, engine, project, options.workspace, container))) return undefined;
  return describe(project, version, [], false);
}

async function change(context: Context, held: Held, engine: Engine, options: UpOptions): Promise<UpResult> {
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
  const place = placeOf(project, options);
  const { containers, services } = await listPlace(engine, place);
  const name = resolveNetwork(project.environment, place);
  const network = name === undefined ? undefined : await provideNetwork(engine, name, place);
  const operations = await observe(engine, project, version, machine, containers, network);
  const leave = await refuseUnsaved(context, engine, project, operations, options);
  if (project.environment.data === 'seed')
    await (await import('./seed-volumes.ts')).seedVolumes(context, held, engine, project, place);
  const { carry, take, frozen, strictPorts } = options;
  const carrying =
    carry === true ? await carryOver(context, held, project, version, operations, leave, take) : undefined;
  let prepared: PreparedServices;
  try {
    prepared = await prepareServices(context, held, engine, project, place, services, network, { frozen, strictPorts });
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
  const done = describe(project, version, [...operations, ...prepared.operations], built);
  return { ...done, ...(carrying && { carried: carrying.carried }) };
}

/** Waits for all, whatever becomes of each, and then throws what failed first in their order. */
async function settleAll(work: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

function placeOf({ environment, folder }: Project, { workspace }: UpOptions): Place {
  return { project: environment.name, folder, workspace };
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

async function observe(
  engine: Engine,
  project: Project,
  version: Version,
  machine: Machine,
  containers: readonly Container[],
  network: ServiceNetwork | undefined,
): Promise<readonly Operation[]> {
  const observed = await Promise.all(
    containers.map(async (container) => ({
      container,
      content: await resolveStanding(engine, project, container),
      settings: container.labels[labels.settings] ?? '',
    })),
  );
  const goal = {
    version: version.number,
    content: version.content,
    settings: hashSettings(project.environment, machine),
    network: network && { ...network, alias: workspaceAlias },
  };
  return planWorkspace(goal, observed);
}

function describe(
  project: Project,
  version: Version,
  operations: readonly (Operation | ServiceOperation)[],
  built: boolean,
): UpResult {
  return {
    name: project.environment.name,
    version: version.number,
    content: version.content,
    fingerprint: fingerprintOf(version.content, resolveSettings(project.environment)),
    operations,
    built,
  };
}
