import { endActs, letGo } from '../containers/acts/end-acts.ts';
import { followContainers } from '../containers/follow-containers.ts';
import { leaveAtOnce, type Leave, type Leaving } from '../plan/leave.ts';
import type { Place } from '../observe/place.ts';
import { carryOut, requireDone, type Acts } from '../plan/carry-out.ts';
import type { Plan } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import { endIntent } from './recovery/recover-end.ts';

interface EndOptions {
  readonly leave?: Leave;
  readonly acts?: Acts;
  /** As `followContainers` takes it. */
  readonly told?: (service: string) => boolean;
}

/** Carries out a plan that only stops and removes. Throws the first failure when the rest has ended. */
export async function carryOutEnd(
  context: Context,
  engine: Engine,
  place: Place,
  plan: Plan,
  { leave = leaveAtOnce, acts = {}, told }: EndOptions = {},
): Promise<void> {
  const site = { context, engine, place, leave, held: new Map<string, Leaving>() };
  const follower = followContainers(context.progress, plan, told);
  const containers = plan.operations.flatMap((one) => (one.kind === 'stop' ? [one.container] : []));
  if (containers.length > 0) await endIntent.write(context, place.folder, { engine: engine.address, containers });
  try {
    await context.failpoints.reach('end:intent');
    const { signal } = context;
    const outcome = await carryOut(plan.operations, { ...endActs(site), ...acts }, { signal, follower });
    requireDone(plan.operations, outcome, signal);
  } finally {
    for (const container of site.held.keys()) await letGo(site, container);
    if (containers.length > 0) await endIntent.drop(context, place.folder);
  }
}
