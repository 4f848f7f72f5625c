import { noFacts, observe } from '../containers/observe.ts';
import { chooseServices, requireProfiles } from '../containers/services/choose-services.ts';
import { agreeRepository } from '../containers/repository/agree-repository.ts';
import { requireTrust } from '../containers/require-trust.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Operation } from '../plan/operation.ts';
import { identifyPlace, readLock, readProject, type Project } from '../observe/project.ts';
import type { FeatureReading } from '../observe/features/complete-features.ts';
import { planUp } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { TrustedProject } from './bring-up.ts';
import { refuseForeign } from './tell-origin.ts';
import { planOptions, type UpOptions } from './up-options.ts';
import { describeUp, type UpResult } from './up-result.ts';

/**
 * Brings the workspace to what is declared and recorded: version, container,
 * running. If nothing is to be done it only observes, and takes no lock.
 */
export async function up(context: Context, options: UpOptions): Promise<UpResult> {
  context.expectEngine();
  const reading = options.frozen ? 'recorded' : 'all';
  const read = await readTrusted(context, reading);
  const { project } = read;
  requireProfiles(project.environment.services, options.chosen?.profiles ?? []);
  const engine = await context.provideEngine();
  const { bundle } = options;
  if (bundle !== undefined) {
    const { importBundle } = await import('../image/bundle/import-bundle.ts');
    const { withBundle } = await import('../image/bundle/with-bundle.ts');
    await withBundle(context, bundle, (opened) => importBundle(context, engine, project, opened));
  }
  const unready = await findUnready(context, engine, project, options);
  if (unready?.length === 0 && project.lock !== undefined)
    return describeUp(project, currentVersion(project.lock), [], false);
  // Most calls end above: what changes something, secrets' rules to hooks, is half of the program's start.
  const [{ askUnsaved }, { bringUp }] = await Promise.all([import('./ask-unsaved.ts'), import('./bring-up.ts')]);
  await agreeRepository(context, project.folder);
  return (await context.projectLock()).hold(project.folder, 'up', (held) =>
    askUnsaved(context, options, async (settled) =>
      bringUp(context, held, engine, await renew(context, read, reading), settled, unready ?? []),
    ),
  );
}

async function readTrusted(context: Context, features: FeatureReading): Promise<TrustedProject> {
  const project = await readProject(context, features);
  return { project, agreed: await requireTrust(context, project) };
}

/** The same project, unless another command wrote its lock, and devenv.yaml with it: then it is read again. */
async function renew(context: Context, read: TrustedProject, features: FeatureReading): Promise<TrustedProject> {
  const { lockText } = await readLock(context, read.project.folder);
  return lockText === read.project.lockText ? read : readTrusted(context, features);
}

/** Names of the services that do not answer, if nothing else is to be done. Absent if there is more to do. */
async function findUnready(
  context: Context,
  engine: Engine,
  project: Project,
  options: UpOptions,
): Promise<readonly string[] | undefined> {
  const { environment, lock, shape } = project;
  if (lock?.shape !== shape) return undefined;
  const place = await identifyPlace(context, project, options.workspace);
  const look = { whole: false, facts: noFacts(), chosen: options.chosen };
  const observation = await observe(context, engine, project, place, look);
  refuseForeign(place, observation);
  const { observed, containers, services } = observation;
  if (planUp(observed, planOptions(options)).operations.length > 0) return undefined;
  const active = chooseServices(environment.services, options.chosen);
  if (active.length === 0) return [];
  const { observeServiceStates } = await import('../containers/services/service-states.ts');
  const { signal } = context;
  const states = await observeServiceStates(engine.runtime, signal, active, services, containers[0]?.id);
  return states.filter(({ ready }) => ready === false).map(({ name }) => name);
}

/** What `up` would do. Takes no lock, installs no engine and changes nothing. */
export async function dryRunUp(context: Context, options: UpOptions): Promise<readonly Operation[]> {
  const { planWhole } = await import('./plan.ts');
  return (await planWhole(context, options, { clean: false, engine: 'needed' })).operations;
}
