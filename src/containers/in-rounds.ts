import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import type { HostPort } from '../model/workspace.ts';
import type { Project } from '../observe/project.ts';
import type { Place } from '../observe/place.ts';
import type { Acts, Failure } from '../plan/carry-out.ts';
import type { Leave } from '../plan/leave.ts';
import type { Decision, ServiceDecision } from '../plan/operation.ts';
import type { Plan } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Filling, Site, Source } from './acts/site.ts';
import { carryOutContainers, openSite } from './carry-out-containers.ts';
import { carryOutImages, isImage } from './carry-out-images.ts';
import type { Chosen } from './services/choose-services.ts';
import { observe, type Facts, type Observation } from './observe.ts';

/** More rounds than that mean that a plan does not reach its goal. */
const most = 50;

/** A plan that the person agreed to. */
export interface Round {
  readonly plan: Plan;
  /** Guards containers that are removed. */
  readonly leave?: Leave | undefined;
  /** What the new container gets before it starts. */
  readonly filling?: Filling | undefined;
  /** What the workspace's container is created from. Default: the current version. */
  readonly source?: Source | undefined;
}

interface RoundOptions {
  readonly facts: Facts;
  readonly agreed: Site['agreed'];
  readonly allow?: readonly string[] | undefined;
  readonly cacheFrom?: boolean | undefined;
  /** Services of profiles that start, too. */
  readonly chosen?: Chosen | undefined;
  /** Plans a round and asks the person; throws if the plan must not be carried out. */
  readonly plan: (project: Project, observation: Observation) => Promise<Round>;
  /** Records the fact that a failure shows. False if another plan would fail the same way. */
  readonly learn: (failure: Failure) => boolean;
  /** Acts besides those of every workspace. */
  readonly acts?: (site: Site) => Acts;
}

/**
 * Observes, plans and carries out until nothing is left to do. Facts that only
 * acts learn (what an image has, a port that is taken) come back, and everything
 * is observed and planned again with them. Returns the project with the lock
 * that was written, and the decisions about containers.
 */
export async function inRounds(
  context: Context,
  held: Held,
  engine: Engine,
  given: Project,
  where: Place,
  { facts, agreed, chosen, allow = [], cacheFrom, ...options }: RoundOptions,
): Promise<{ readonly project: Project; readonly decided: readonly (Decision | ServiceDecision)[] }> {
  let project = given;
  const place = { ...where, identity: where.identity ?? (await context.files.identify(where.folder)) };
  const decided: (Decision | ServiceDecision)[] = [];
  for (let round = 1; ; round += 1) {
    const observation = await observe(context, engine, project, place, { whole: true, facts, chosen });
    const { plan, leave, filling, source } = await options.plan(project, observation);
    const { operations } = plan;
    if (round > most) throw new DevenvError('INTERNAL', 'The same operations were planned again and again.');
    if (operations.some(isImage)) {
      const { build } = observation.observed.image;
      const images = { operations, build, facts, allow, cacheFrom, source };
      project = await carryOutImages(context, held, engine, project, images);
      continue;
    }
    const site = openSite(context, engine, observation.project, place, {
      observation,
      facts,
      agreed,
      leave,
      filling,
      source,
    });
    const carrying = carryOutContainers(site, plan, observation.containers, options.acts?.(site));
    await Promise.allSettled([carrying]);
    await filling?.end();
    const outcome = await carrying;
    const failed = outcome.failures.map(serviceOf);
    decided.push(...[...plan.workspace, ...plan.services].filter((one) => !failed.includes(nameOf(one))));
    if (outcome.failures.length === 0) return { project, decided };
    if (!outcome.failures.every(options.learn)) throw chooseFailure(outcome.failures);
  }
}

const nameOf = (decision: Decision | ServiceDecision): string => ('service' in decision ? decision.service : '');

const serviceOf = ({ operation }: Failure): string => ('service' in operation ? (operation.service ?? '') : '');

/** Learns from a start that failed which port is taken. `strict`: a workspace that exists is not replaced for it. */
export const learnPorts =
  (facts: Facts, strict: boolean) =>
  ({ operation, error }: Failure): boolean => {
    if (!hasCode(error, 'PORT_TAKEN') || operation.kind !== 'start') return false;
    const taken = error.data?.['taken'] as HostPort | undefined;
    const { container, service } = operation;
    if (taken !== undefined) facts.ports.push({ ...taken, holder: '' });
    // A new container gets another port; an existing one would have to be replaced.
    if (container === undefined) return taken !== undefined;
    if (strict || service !== undefined) return false;
    facts.portless.push(container);
    return true;
  };

/** The workspace's own failure first, then the earliest. */
function chooseFailure(failures: readonly Failure[]): Error {
  const own = failures.find(({ operation }) => !('service' in operation) && operation.kind !== 'alive');
  return (own ?? failures[0])?.error ?? new DevenvError('INTERNAL', 'A plan failed for no reason.');
}
