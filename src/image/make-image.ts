import { buildStep, type BuildPorts } from './steps/build-step.ts';
import { pinStep } from './steps/pin-step.ts';
import { askImage, type Ask } from '../observe/images/ask-image.ts';
import { openSettings } from './steps/open-settings.ts';
import { keepInventory } from '../observe/images/recall-inventories.ts';
import { requireImage } from '../observe/images/require-image.ts';
import { removeDeadBuilders } from './steps/remove-dead-builders.ts';
import { fetchSteps, type FetchedStep } from './steps/fetch-steps.ts';
import { stepKey, stepReference, type StepImage } from './steps/step-key.ts';
import { contentIdOf } from '../lock/content-id.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { defaultFolder } from '../model/environment.ts';
import type { Image, ImageConfig } from '../model/image.ts';
import type { ImagePlan, Step } from '../model/plan.ts';
import type { Resolved } from '../model/version.ts';
import { resolvePins } from '../lock/resolve-pins.ts';
import type { Pins } from '../providers/pins.ts';
import { completeConfig } from './complete-config.ts';
import { extendEnv } from './extend-env.ts';
import type { Context } from '../ports/context.ts';
import { readPackages, type Packages } from './read-packages.ts';
import { refuseWithoutApt } from './refuse-without-apt.ts';
import { explainFailedStep } from './explain-failed-step.ts';
import type { BuildGuard } from './guard-build.ts';
import type { Project } from '../observe/project.ts';
import { provideStart } from './provide-start.ts';

export type Building = Extract<ImagePlan, { kind: 'build' }>;

export interface MadeImage {
  readonly image: Image;
  /** Its name on the engine. */
  readonly reference: string;
  /** The exact versions in the image of everything that is declared. */
  readonly resolved: Resolved;
  /** The key of the image that the first step extends, as `stepKey` takes it. */
  readonly start: string;
  /** In order. The engine has only the last of those that came from the registry. */
  readonly steps: readonly StepImage[];
}

interface MakeOptions {
  readonly noCache?: boolean;
  /** Take the newest base and the newest packages: all steps run. */
  readonly update?: boolean;
  /** Take the images of steps that devenv-lock.yaml names from the registry. */
  readonly cacheFrom?: boolean;
  /** Refuses secrets. Absent for an image that stays on this machine. */
  readonly guard?: BuildGuard;
  /** The config of an image that is not a workspace's. It stays on this machine. */
  readonly configure?: { readonly role: string; readonly config: (base: Image) => ImageConfig };
}

/** The operations that make an image, one after the other. Nothing is recorded. */
interface ImageBuild {
  /** Gets the base, or the version, that the first step extends. */
  readonly start: () => Promise<void>;
  /** Runs one step of the plan, after those before it. */
  readonly step: (index: number) => Promise<void>;
  /** Reads the inventory of the image. */
  readonly finish: () => Promise<MadeImage>;
}

/** Carries out a whole plan. The caller holds the project. */
export async function makeImage(
  context: Context,
  project: Project,
  plan: Building,
  options: MakeOptions,
): Promise<MadeImage> {
  const build = openImage(context, project, plan, options);
  await build.start();
  for (const index of plan.steps.keys()) await build.step(index);
  return build.finish();
}

interface Started {
  readonly base: Image;
  readonly config: ImageConfig;
  readonly start: string;
  readonly ports: BuildPorts;
  /** The steps up to this one came from the registry. */
  readonly fetched: FetchedStep | undefined;
}

/** The caller holds the project and calls the operations. */
export function openImage(context: Context, project: Project, plan: Building, options: MakeOptions): ImageBuild {
  const steps: StepImage[] = [];
  const resolved: Record<string, Readonly<Record<string, string>>> = {};
  const fresh = options.noCache === true || options.update === true;
  let reference = '';
  /** Of the image so far. */
  let env: readonly string[] = [];
  let started: Promise<Started> | undefined;
  /** Of the image so far, if the builder of its last step answered. */
  let packages: Packages | undefined;
  const read = (ask: Ask): Promise<Packages> => readPackages(ask, project);
  const open = async (): Promise<Started> => {
    const engine = await context.engine();
    await removeDeadBuilders(engine, project.folder);
    const start = await provideStart(context, project, plan, options);
    const base = await requireImage(engine.images, start.reference);
    const { configure, guard } = options;
    const config = configure === undefined ? resolveConfig(project, base) : configure.config(base);
    await refuseWithoutApt(engine.runtime, project.folder, plan, base);
    guard?.checkConfig(config);
    await guard?.checkFiles(plan.steps);
    reference = start.reference;
    env = config.env;
    resolved['base'] = start.resolved;
    // The same step makes another image with another config.
    const key = configure === undefined ? contentIdOf(base) : `${configure.role} ${contentIdOf(base)}`;
    const { folder, hashes } = project;
    const ports = { ...context, engine, folder, hashes, owner: folder, guard, settings: openSettings(context) };
    const fetched = options.cacheFrom === true && !fresh ? await fetch(base, key) : undefined;
    return { base, config, start: key, ports, fetched };
  };
  const fetch = async (base: Image, first: string): Promise<FetchedStep | undefined> => {
    const keys: string[] = [];
    for (const planned of plan.steps) {
      const { step } = await pinStep(planned, context, base.architecture, context.signal);
      keys.push(stepKey(keys.at(-1) ?? first, step, project.hashes));
    }
    return fetchSteps(context, project, base, keys);
  };
  const start = (): Promise<Started> => (started ??= open());
  return {
    start: async () => void (await start()),
    step: async (index) => {
      const { base, config, ports, start: first, fetched } = await start();
      const planned = plan.steps[index];
      if (planned === undefined) throw new DevenvError('INTERNAL', `The plan has no step ${String(index)}.`);
      context.signal.throwIfAborted();
      const { step, resolved: pins } = await pinStep(planned, context, base.architecture, context.signal);
      const key = stepKey(steps.at(-1)?.key ?? first, step, project.hashes);
      const parent = reference;
      try {
        const place = `Step ${String(index + 1)} of ${String(plan.steps.length)}`;
        env = extendEnv(env, step.env ?? {});
        if (fetched !== undefined && index <= fetched.index) {
          reference = index === fetched.index ? fetched.reference : stepReference(key);
        } else {
          const isLast = index === plan.steps.length - 1;
          const build = { parent, step, key, config: { ...config, env }, fresh, place };
          ({ reference, packages } = await buildStep(ports, { ...build, ...(isLast && { readPackages: read }) }));
        }
      } catch (error) {
        throw await explainFailedStep(context, project, parent, error);
      }
      steps.push({ key, reference });
      resolved[step.id] = { ...resolved[step.id], ...pins };
      await context.failpoints.reach(`build:step:${String(index + 1)}`);
    },
    finish: async () => {
      const { config, ports, start: first } = await start();
      // A service's image without a shell answers no questions, and has no need to.
      if (options.configure !== undefined && plan.steps.length === 0) {
        const image = await requireImage(ports.engine.images, reference);
        return { image, reference, resolved: resolvePins(project.desired, resolved, {}), start: first, steps };
      }
      // A version always gets its own config, even without steps.
      if (plan.steps.length === 0 && plan.start.kind === 'base') {
        const key = stepKey(first, onlyConfig, project.hashes);
        ({ reference } = await buildStep(ports, { parent: reference, step: onlyConfig, key, config, fresh }));
      }
      const image = await requireImage(ports.engine.images, reference);
      const { inventory, origins } =
        packages ?? (await askImage(ports.engine.runtime, project.folder, reference, config, read));
      if (options.configure === undefined) await keepInventory(context, project.folder, contentIdOf(image), inventory);
      const known: Record<string, Pins> = { ...project.lock?.resolved, ...resolved };
      for (const [name, found] of Object.entries(origins)) known[name] = { ...known[name], ...found };
      return { image, reference, resolved: resolvePins(project.desired, known, inventory), start: first, steps };
    },
  };
}

const onlyConfig: Step = { id: 'config', title: 'configure the base', cause: 'first version', actions: [] };

/** The config of a version: the base's environment, the user of devenv.yaml, and one working folder: `folder` makes no version. */
function resolveConfig(project: Project, base: Image): ImageConfig {
  const { env, labels, cmd } = completeConfig({ ...base.config, entrypoint: [] });
  // An engine keeps the labels of the parent; recordVersion gives devenv's own their new values.
  return { env, labels, user: project.environment.user, workingDir: defaultFolder, entrypoint: [], cmd };
}
