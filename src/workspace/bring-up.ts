import { carryOver, type CarryOver } from '../capture/carry/carry-over.ts';
import { refuseUnsaved } from '../capture/carry/unsaved.ts';
import { noFacts, type Facts } from '../containers/observe.ts';
import { requireTrust } from '../containers/require-trust.ts';
import { tellWorktree } from '../containers/tell-worktree.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { confirmPlan } from '../image/plan-project.ts';
import { currentVersion } from '../lock/version-items.ts';
import { readProject, type Project } from '../observe/project.ts';
import type { Leave } from '../plan/leave.ts';
import { planUp, type Plan } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { isImage } from './carry-out-images.ts';
import { inRounds } from './in-rounds.ts';
import { planOptions, type UpOptions } from './up-options.ts';
import { describeUp, type UpResult } from './up-result.ts';

/** Does under the project's lock what an `up` finds to be done. `unready`: services that run and did not answer. */
export async function bringUp(
  context: Context,
  held: Held,
  engine: Engine,
  options: UpOptions,
  unready: readonly string[],
): Promise<UpResult> {
  // Under the lock: another command may have done it all meanwhile.
  const given = await readProject(context);
  // What is used from here on is this environment, whatever the workspace writes into devenv.yaml meanwhile.
  await requireTrust(context, given);
  const { folder, environment } = given;
  const place = { project: environment.name, folder, workspace: options.workspace };
  const facts = noFacts(unready);
  const { discard } = options;
  let built = false;
  let carrying: CarryOver | undefined;
  const { project, decided } = await inRounds(context, held, engine, given, place, {
    ...{ facts, allow: options.allow ?? [], strictPorts: options.strictPorts },
    plan: async (now, { observed }) => {
      const plan = planUp(observed, planOptions(options));
      if (options.frozen) refuseFrozen(plan, now);
      const leave = await refuseLoss(context, engine, now, plan, facts, options);
      const { build } = observed.image;
      if (build.kind === 'build') {
        await confirmPlan(context, now, build, { discard });
        built = true;
      }
      if (plan.operations.some(isImage)) return { plan, leave };
      const makes = plan.workspace.some(({ kind }) => kind === 'create' || kind === 'recreate');
      if (options.carry === true)
        carrying = await carryOver(context, held, now, requireCurrent(now), plan.workspace, leave, options.take);
      if (makes) warnOfRights(context, now);
      if (makes) await tellWorktree(context, folder);
      const carry = carrying !== undefined;
      return { plan: planUp(observed, { ...planOptions(options), carry }), leave: carrying?.leave ?? leave, carrying };
    },
  });
  const done = describeUp(project, requireCurrent(project), decided, built);
  return { ...done, ...(carrying !== undefined && { carried: carrying.carried }) };
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
      {
        data: { steps },
      },
    );
  const service = operations.flatMap((one) => (one.kind === 'pin' ? one.services : []))[0];
  if (service === undefined) return;
  throw new DevenvError(
    'CHANGES_PENDING',
    `devenv-lock.yaml does not say which image the service ${service} runs, and --frozen forbids to write it there.`,
    { data: { service } },
  );
}

/** Refuses to drop what no version has; where only a port asks for another container, says that. */
async function refuseLoss(
  context: Context,
  engine: Pick<Engine, 'address' | 'images' | 'runtime'>,
  project: Project,
  { workspace }: Plan,
  { portless, ports }: Facts,
  { discard, carry = false }: UpOptions,
): Promise<Leave> {
  return refuseUnsaved(context, engine, project, workspace, { discard, carry }).catch((cause: unknown) => {
    const forced = workspace.some((one) => one.kind === 'recreate' && portless.includes(one.container));
    if (!forced || !(cause instanceof DevenvError) || cause.code !== 'DRIFT_UNSAVED') throw cause;
    const taken = ports.map(({ address, host }) => `${address}:${String(host)}`).join(', ');
    throw new DevenvError('PORT_TAKEN', `A port of the workspace was taken while it was stopped: ${taken}.`, {
      hint: 'Free it and run the same command again. With --discard another port is used, in a new container without the changes that no version has.',
      state: 'The workspace is stopped, with all its changes.',
      cause,
    });
  });
}

function warnOfRights({ progress }: Context, { environment }: Project): void {
  const { privileged, engineSocket, devices } = environment.limits;
  const rights = [
    ...(privileged ? ['all rights on its machine (privileged)'] : []),
    ...(engineSocket ? ["the engine's socket, which is as good as root on its machine"] : []),
    ...devices.map(({ source }) => `the device ${source}`),
  ];
  if (rights.length > 0) progress.note(`Warning: you let this workspace have ${rights.join(', and ')}.`);
}
