import { carryOutContainers, openSite } from '../containers/carry-out-containers.ts';
import { noFacts, observe } from '../containers/observe.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import type { Place } from '../observe/place.ts';
import { planSettling } from '../plan/plan-up.ts';

/**
 * Does what `up` does for containers that were just made or started: services
 * that wait for secrets get them, the workspace's files get their owners, its
 * hooks run. Throws SECRET_MISSING, NOT_TRUSTED, HOOK_FAILED.
 */
export async function settleRestored(context: Context, project: Project, place: Place): Promise<void> {
  const engine = await context.engine();
  const facts = noFacts();
  const observation = await observe(context, engine, project, place, { whole: false, facts });
  const plan = { workspace: [], services: [], operations: planSettling(observation.observed) };
  const site = openSite(context, engine, project, place, { observation, facts });
  const outcome = await carryOutContainers(site, plan, observation.containers);
  if (outcome.failures[0] !== undefined) throw outcome.failures[0].error;
}
