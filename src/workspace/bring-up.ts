import { carryOver, type CarryOver } from '../capture/carry/carry-over.ts';
import { refuseUnsaved } from '../capture/carry/refuse-unsaved.ts';
import { listLost } from '../capture/carry/unsaved.ts';
import type { Site } from '../containers/acts/site.ts';
import { isImage } from '../containers/carry-out-images.ts';
import { inRounds, learnPorts, type Round } from '../containers/in-rounds.ts';
import type { FormerPlace } from '../containers/find-former.ts';
import { noFacts, type Facts } from '../containers/observe.ts';
import { refuseForeign, tellOrigin, tellUnused } from './tell-origin.ts';
import { listNetworks } from '../containers/network/observe-networks.ts';
import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import { confirmPlan } from '../image/plan-project.ts';
import { currentVersion } from '../lock/version-items.ts';
import { labels } from '../observe/labels.ts';
import type { Place } from '../observe/place.ts';
import { identifyPlace, type Project } from '../observe/project.ts';
import type { Leave } from '../plan/leave.ts';
import { isCreation } from '../plan/operation.ts';
import { planUp, type Plan } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Containers, Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { adoptVolumes } from '../snapshots/adopt-volumes.ts';
import { saveBefore } from '../snapshots/save-before.ts';
import { fillSeed } from '../snapshots/seed/fill-seed.ts';
import { planOptions, type UpOptions } from './up-options.ts';
import { describeUp, type UpResult } from './up-result.ts';

/** A project as it was read, and what the person agreed to in it. */
export interface TrustedProject {
  readonly project: Project;
  readonly agreed: Site['agreed'];
}

/**
 * Does under the project's lock what an `up` finds to be done. Uses the
 * environment that was read and agreed to, whatever the workspace writes into
 * devenv.yaml meanwhile. `unready`: services that run and did not answer.
 */
export async function bringUp(
  context: Context,
  held: Held,
  engine: Engine,
  { project: given, agreed }: TrustedProject,
  options: UpOptions,
  unready: readonly string[],
): Promise<UpResult> {
  const place = await identifyPlace(context, given, options.workspace);
  const facts = noFacts(unready);
  const { discard, strictPorts } = options;
  const adopted: string[] = [];
  let told = false;
  let kept = false;
  let built = false;
  let former: FormerPlace | undefined;
  let carrying: CarryOver | undefined;
  const { project, decided } = await inRounds(context, held, engine, given, place, {
    ...{ facts, agreed, allow: options.allow, cacheFrom: options.cacheFrom, chosen: options.chosen },
    learn: learnPorts(facts, strictPorts),
    acts: (site) => ({
      snapshot: async ({ of }) => {
        const { workspace } = options;
        await saveBefore(context, held, site.project, {
          workspace,
          message: 'before up --discard',
          cause: 'reset',
          of,
        });
        kept = true;
      },
      seed: () => fillSeed(context, held, engine, site.project, site.place),
      adopt: async ({ volumes }) => {
        if (former === undefined) return;
        await adoptVolumes(context, held, engine, site.project, site.place, former, volumes);
        adopted.push(...volumes);
      },
    }),
    plan: async (now, observation): Promise<Round> => {
      const { observed, unused } = observation;
      refuseForeign(place, observation);
      if (!told) await tellOrigin(context, place, observation);
      told = true;
      former = observation.former;
      const plan = planUp(observed, planOptions(options));
      if (options.frozen) refuseFrozen(plan, now);
      const leave = await refuseLoss(context, engine, now, plan, facts, options);
      const { build } = observed.image;
      if (build.kind === 'build') {
        await confirmPlan(context, now, build, { discard });
        built = true;
      }
      if (plan.operations.some(isImage)) return { plan, leave };
      if (options.carry === true)
        carrying = await carryOver(context, held, now, requireCurrent(now), plan.workspace, leave, options.take);
      if (plan.operations.some(({ kind }) => kind === 'volume')) tellUnused(context, unused);
      if (plan.workspace.some(isCreation)) {
        warnOfRights(context, now);
        tellPrepare(context, now);
      }
      const carry = carrying !== undefined;
      const keep = discard && options.snapshot !== false && !kept && (await losesChanges(context, engine, now, plan));
      const own = planUp(observed, { ...planOptions(options), carry, keep });
      return { plan: own, leave: carrying?.leave ?? leave, filling: carrying };
    },
  });
  if (former !== undefined) await leaveFormer(engine, { ...place, folder: former.folder }, former, adopted);
  const done = describeUp(project, requireCurrent(project), decided, built);
  return { ...done, ...(carrying !== undefined && { carried: carrying.carried }) };
}

/** Removes what was moved: a project that moves back must not find old data. */
async function leaveFormer(
  engine: Pick<Engine, 'networks' | 'volumes'>,
  place: Place,
  { volumes }: FormerPlace,
  adopted: readonly string[],
): Promise<void> {
  for (const { name } of await listNetworks(engine.networks, place)) await engine.networks.remove(name);
  for (const { name, labels: found } of volumes)
    if (adopted.includes(found[labels.volume] ?? '')) await engine.volumes.remove(name);
}

/** True if a container is replaced or removed that has something no version has. */
async function losesChanges(context: Context, engine: Containers, project: Project, plan: Plan): Promise<boolean> {
  for (const one of plan.workspace) {
    if (one.kind !== 'recreate' && one.kind !== 'remove') continue;
    const listed = await engine.runtime.listChanges(one.container);
    if ((await listLost(context, engine, project, one.container, listed)).length > 0) return true;
  }
  return false;
}

function requireCurrent({ lock }: Project): ReturnType<typeof currentVersion> {
  if (lock === undefined) throw new DevenvError('INTERNAL', 'A build ended without a lock.');
  return currentVersion(lock);
}

function refuseFrozen({ operations }: Plan, { lock, shape }: Project): void {
  const steps = operations.flatMap((one) => (one.kind === 'step' ? [{ id: one.step, title: one.title }] : []));
  if (lock?.shape !== shape)
    throw new DevenvError(
      'CHANGES_PENDING',
      'devenv.yaml and devenv-lock.yaml disagree, and --frozen forbids a build.',
      { data: { steps } },
    );
  const service = operations.flatMap((one) => (one.kind === 'pin' ? one.services : []))[0];
  if (service === undefined) return;
  throw new DevenvError(
    'CHANGES_PENDING',
    `devenv-lock.yaml does not say which image the service ${service} runs, and --frozen forbids to write it there.`,
    { data: { service } },
  );
}

/** Refuses to drop what no version has. Throws PORT_TAKEN if a container is only replaced for a port. */
async function refuseLoss(
  context: Context,
  engine: Containers & Pick<Engine, 'address'>,
  project: Project,
  { workspace }: Plan,
  { portless, ports }: Facts,
  { discard, carry = false }: UpOptions,
): Promise<Leave> {
  return refuseUnsaved(context, engine, project, workspace, { discard, carry }).catch((cause: unknown) => {
    const forced = workspace.some((one) => one.kind === 'recreate' && portless.includes(one.container));
    if (!forced || !hasCode(cause, 'DRIFT_UNSAVED')) throw cause;
    const taken = ports.map(({ address, host }) => `${address}:${String(host)}`).join(', ');
    throw new DevenvError('PORT_TAKEN', `A port of the workspace was taken while it was stopped: ${taken}.`, {
      hint: 'Free it and run the same command again. With --discard another port is used, in a new container without the changes that no version has.',
      state: 'The workspace is stopped, with all its changes.',
      cause,
    });
  });
}

function tellPrepare({ progress }: Context, { environment: { prepare } }: Project): void {
  if (prepare === undefined) return;
  progress.note('This project expects that these commands were run on your machine. devenv does not run them:');
  const lines = prepare.trimEnd().split('\n');
  for (const line of lines.slice(0, 20)) progress.note(`  ${line}`);
  if (lines.length > 20) progress.note(`  … and ${String(lines.length - 20)} more lines of \`prepare\` in devenv.yaml`);
}

function warnOfRights({ progress }: Context, { environment }: Project): void {
  const { docker } = environment;
  const { devices, ...limits } = environment.limits;
  const privileged = limits.privileged || docker === 'inside';
  const engineSocket = limits.engineSocket || docker === 'host';
  const rights = [
    ...(privileged ? ['all rights on its machine (privileged)'] : []),
    ...(engineSocket ? ["the engine's socket, which is as good as root on its machine"] : []),
    ...devices.map(({ source }) => `the device ${source}`),
  ];
  if (rights.length > 0) progress.note(`Warning: you let this workspace have ${rights.join(', and ')}.`);
}
