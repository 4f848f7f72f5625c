import { provideBase } from './base/provide-base.ts';
import { buildStep, type BuildWorld } from './steps/build-step.ts';
import { pinStep } from './steps/pin-step.ts';
import { probeImage } from '../observe/images/probe-image.ts';
import { removeDeadBuilders } from './steps/remove-dead-builders.ts';
import { stepKey } from './steps/step-key.ts';
import { contentIdOf } from '../lock/content-id.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image, ImageConfig } from '../model/image.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Resolved } from '../model/version.ts';
import { findVersion } from '../lock/version-items.ts';
import { resolvePins } from '../lock/resolve-pins.ts';
import type { Engine } from '../ports/engine.ts';
import { providers } from '../providers/registry.ts';
import { completeConfig } from './complete-config.ts';
import type { Context } from '../ports/context.ts';
import { explainFailedStep } from './explain-failed-step.ts';
import type { BuildGuard } from './guard-build.ts';
import type { Project } from '../observe/project.ts';
import { provideVersion } from '../observe/version-image.ts';
import { projectTarget } from '../observe/project-target.ts';

export type Building = Extract<ImagePlan, { kind: 'build' }>;

export interface MadeImage {
  readonly image: Image;
  /** Under which the engine has it. */
  readonly reference: string;
  /** Exact versions of everything declared, as the image was found to have them. */
  readonly resolved: Resolved;
  /** What names the image that the first step extends, as stepKey takes it. */
  readonly start: string;
  /** What each step made. */
  readonly steps: readonly { readonly key: string; readonly reference: string }[];
}

export interface MakeOptions {
  readonly noCache?: boolean;
  /** What this machine has of a step may be old: all run, on the newest base. */
  readonly update?: boolean;
  /** Keeps secrets out of it; absent where the image is for nobody else. */
  readonly guard?: BuildGuard;
  /** How programs start in the image, where it is not that of a workspace; with it the image is nobody else's. */
  readonly configure?: { readonly role: string; readonly config: (base: Image) => ImageConfig };
}

/** Carries a plan out, step by step, and records nothing. The caller holds the project. */
export async function makeImage(
  context: Context,
  project: Project,
  plan: Building,
  options: MakeOptions,
): Promise<MadeImage> {
  const engine = await context.engine();
  await removeDeadBuilders(engine, project.folder);
  const start = await provideStart(context, project, plan, options.update === true);
  const base = await requireImage(engine, start.reference);
  const { configure } = options;
  const config = configure === undefined ? resolveConfig(project, base) : configure.config(base);
  options.guard?.checkConfig(config);
  await options.guard?.checkFiles(plan.steps);

  const world: BuildWorld = {
    engine,
    packages: context.packages,
    progress: context.progress,
    folder: project.folder,
    hashes: project.hashes,
    owner: project.folder,
    caFile: context.caFile,
    signal: context.signal,
    guard: options.guard,
  };
  let reference = start.reference;
  // The same step makes another image where programs start otherwise.
  const startKey = configure === undefined ? contentIdOf(base) : `${configure.role} ${contentIdOf(base)}`;
  let key: string = startKey;
  const steps: MadeImage['steps'][number][] = [];
  const fresh = options.noCache === true || options.update === true;
  const resolved: Record<string, Readonly<Record<string, string>>> = { base: start.resolved };
  for (const [index, planned] of plan.steps.entries()) {
    context.signal.throwIfAborted();
    const { step, resolved: pins } = await pinStep(planned, context.packages, base.architecture, context.signal);
    key = stepKey(key, step, project.hashes);
    const parent = reference;
    try {
      ({ reference } = await buildStep(world, { parent, step, key, config, fresh }));
    } catch (error) {
      throw await explainFailedStep(context, project, parent, error);
    }
    steps.push({ key, reference });
    resolved[step.id] = { ...resolved[step.id], ...pins };
    await context.failpoints.reach(`build:step:${String(index + 1)}`);
  }
  const image = await requireImage(engine, reference);
  const inventory = await probeImage(engine, project.folder, reference, config, providers);
  const known = { ...project.lock?.resolved, ...resolved };
  return { image, reference, resolved: resolvePins(project.desired, known, inventory), start: startKey, steps };
}

async function provideStart(
  context: Context,
  project: Project,
  plan: Building,
  update: boolean,
): Promise<{ readonly reference: string; readonly resolved: Readonly<Record<string, string>> }> {
  if (plan.start.kind === 'base') {
    const pins = update ? {} : (project.lock?.resolved['base'] ?? {});
    return provideBase(context, project.environment.base, { pins, update });
  }
  const { lock, environment } = project;
  const version = lock && findVersion(lock, plan.start.number);
  if (version === undefined)
    throw new DevenvError(
      'INTERNAL',
      `The plan starts from version ${String(plan.start.number)}, which does not exist.`,
    );
  return { reference: await provideVersion(context, environment, version), resolved: lock?.resolved['base'] ?? {} };
}

/** How programs start in every version: the base's environment, the environment's user, the project as folder. */
function resolveConfig(project: Project, base: Image): ImageConfig {
  const { env, labels, cmd } = completeConfig({ ...base.config, entrypoint: [] });
  // Labels of the image below stay in any image made from it; recordVersion gives ours their new values.
  return { env, labels, user: project.environment.user, workingDir: projectTarget, entrypoint: [], cmd };
}

async function requireImage(engine: Engine, reference: string): Promise<Image> {
  const image = await engine.images.inspect(reference);
  if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `${reference} vanished from the engine.`);
  return image;
}
