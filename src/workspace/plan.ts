import { noFacts, observe } from '../containers/observe.ts';
import { hasCode } from '../errors/devenv-error.ts';
import { observeImage } from '../image/observe-image.ts';
import { planProject, type PlanOptions } from '../image/plan-project.ts';
import type { Operation } from '../plan/operation.ts';
import type { ImagePlan } from '../model/plan.ts';
import { readProject, type Project } from '../observe/project.ts';
import { needsApt, refuseWithoutApt } from '../image/refuse-without-apt.ts';
import { Graph } from '../plan/graph.ts';
import { planVersion } from '../plan/plan-images.ts';
import { planUp } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import { planOptions, type UpOptions } from './up-options.ts';

interface WholePlan {
  readonly image: ImagePlan;
  readonly operations: readonly Operation[];
  /** False if no engine answers: the plan has only the build then. */
  readonly engine: boolean;
}

interface WholePlanOptions extends PlanOptions {
  readonly engine: 'needed' | 'if there';
}

/** Plans a build and the `up` after it. If no engine answers, plans only the build. */
export async function plan(
  context: Context,
  { workspace, ...how }: PlanOptions & { readonly workspace: string },
): Promise<WholePlan> {
  context.expectEngine();
  const options = { workspace, frozen: false, discard: false, strictPorts: false };
  return planWhole(context, options, { ...how, engine: 'if there' });
}

/** Plans everything that an `up` would do now, with the wanted build. Changes nothing. */
export async function planWhole(context: Context, options: UpOptions, how: WholePlanOptions): Promise<WholePlan> {
  const project = await readProject(context, how.update === true ? 'newest' : options.frozen ? 'recorded' : 'all');
  const build = planProject(project, how);
  const { folder, environment } = project;
  const engine = await findEngine(context, how.engine);
  if (engine === undefined) {
    const graph = new Graph();
    planVersion(graph, await observeImage(undefined, project, build), false);
    return { image: build, operations: graph.operations, engine: false };
  }
  await refuseBase(engine, project, build);
  const place = { project: environment.name, folder, workspace: options.workspace };
  const { observed } = await observe(context, engine, project, place, {
    ...{ whole: true, facts: noFacts(), chosen: options.chosen },
  });
  const image = { ...observed.image, build };
  return { image: build, operations: planUp({ ...observed, image }, planOptions(options)).operations, engine: true };
}

/** Refuses a base that the build cannot use, as the build would, if the engine has it. */
async function refuseBase(engine: Engine, { folder, environment }: Project, build: ImagePlan): Promise<void> {
  const { base } = environment;
  if (build.kind !== 'build' || !needsApt(build) || base.kind !== 'image') return;
  const image = await engine.images.inspect(base.image);
  if (image !== undefined) await refuseWithoutApt(engine.runtime, folder, build, image);
}

/** A build can be planned from files alone, without an engine. */
async function findEngine(context: Context, need: WholePlanOptions['engine']): Promise<Engine | undefined> {
  return context.engine().catch((error: unknown) => {
    const absent = hasCode(error, 'ENGINE_UNREACHABLE');
    if (need === 'if there' && absent) return undefined;
    throw error;
  });
}
