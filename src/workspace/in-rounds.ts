import type { CarryOver } from '../capture/carry/carry-over.ts';
import { carryOutContainers, openSite } from '../containers/carry-out-containers.ts';
import { observe, type Facts, type Observation } from '../containers/observe.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Decision, ServiceDecision } from '../plan/operation.ts';
import type { Version } from '../model/version.ts';
import type { HostPort } from '../model/workspace.ts';
import type { Project } from '../observe/project.ts';
import type { Place } from '../observe/place.ts';
import type { Failure } from '../plan/carry-out.ts';
import type { Leave } from '../plan/leave.ts';
import type { Plan } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { fillSeed } from '../snapshots/seed/fill-seed.ts';
import { carryOutImages, isImage } from './carry-out-images.ts';

/** More than that, and something else is wrong. */
const most = 50;

/** A plan that may be carried out: whoever has to agree has agreed. */
export interface Round {
  readonly plan: Plan;
  /** Guards containers that go. */
  readonly leave: Leave;
  /** Changes that come along from the container that is replaced. */
  readonly carrying?: CarryOver | undefined;
}

export interface RoundOptions {
  readonly facts: Facts;
  readonly allow: readonly string[];
  readonly strictPorts: boolean;
  /** What the workspace is created from. Default: the current version. */
  readonly version?: Version;
  /** Makes the plan of a round, asks who has to be asked, and throws where it must not be carried out. */
  readonly plan: (project: Project, observation: Observation) => Promise<Round>;
}

/**
 * Observes, plans and carries out until nothing is left to do. What only acting
 * can tell (what an image has, a port that is taken) comes back as a fact, and
 * everything is observed and planned again with it. Gives the project with the
 * lock that was written, and what was decided about containers.
 */
export async function inRounds(
  context: Context,
  held: Held,
  engine: Engine,
  given: Project,
  place: Place,
  { facts, allow, strictPorts, version, ...options }: RoundOptions,
): Promise<{ readonly project: Project; readonly decided: readonly (Decision | ServiceDecision)[] }> {
  let project = given;
  const decided: (Decision | ServiceDecision)[] = [];
  for (let round = 1; ; round += 1) {
    const observation = await observe(context, engine, project, place, { whole: true, facts });
    const { plan, leave, carrying } = await options.plan(project, observation);
    const { operations } = plan;
    if (round > most) throw new DevenvError('INTERNAL', 'The same operations were planned again and again.');
    if (operations.some(isImage)) {
      const { build } = observation.observed.image;
      const own = version === undefined ? {} : { version };
      project = await carryOutImages(context, held, engine, project, { operations, build, facts, allow, ...own });
      continue;
    }
    const own = { observation, facts, leave, carrying, ...(version !== undefined && { version }) };
    const site = openSite(context, engine, project, place, own);
    const seed = (): Promise<void> => fillSeed(context, held, engine, project, place);
    const outcome = await carryOutContainers(site, plan, observation.containers, { seed }).finally(() =>
      carrying?.end(),
    );
    const failed = outcome.failures.map(serviceOf);
    decided.push(...[...plan.workspace, ...plan.services].filter((one) => !failed.includes(nameOf(one))));
    if (outcome.failures.length === 0) return { project, decided };
    if (!outcome.failures.every((failure) => learn(failure, facts, strictPorts))) throw chooseFailure(outcome.failures);
  }
}

const nameOf = (decision: Decision | ServiceDecision): string => ('service' in decision ? decision.service : '');

const serviceOf = ({ operation }: Failure): string => ('service' in operation ? (operation.service ?? '') : '');

/** Keeps what a failure tells of the world. False where another plan could do no better. */
function learn({ operation, error }: Failure, facts: Facts, strictPorts: boolean): boolean {
  if (!(error instanceof DevenvError) || error.code !== 'PORT_TAKEN' || operation.kind !== 'start') return false;
  const taken = error.data?.['taken'] as HostPort | undefined;
  const { container, service } = operation;
  if (taken !== undefined) facts.ports.push({ ...taken, holder: '' });
  // A new container gets another port; one that was there before would have to be created again for it.
  if (container === undefined) return taken !== undefined;
  if (strictPorts || service !== undefined) return false;
  facts.portless.push(container);
  return true;
}

/** The workspace's own first, then what came first. */
function chooseFailure(failures: readonly Failure[]): Error {
  const own = failures.find(({ operation }) => !('service' in operation) && operation.kind !== 'alive');
  return (own ?? failures[0])?.error ?? new DevenvError('INTERNAL', 'A plan failed for no reason.');
}
