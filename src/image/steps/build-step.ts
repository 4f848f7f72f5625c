import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import { defaultFolder } from '../../model/environment.ts';
import type { Image, ImageConfig } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';
import type { Cache } from '../../ports/cache.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Volumes } from '../../ports/volumes.ts';
import type { ProgressTask } from '../../ports/progress.ts';
import { labels } from '../../observe/labels.ts';
import { cacheVolumes, resolveBuilder, scratchOf } from '../../observe/images/builder-spec.ts';
import { askContainer, type Ask } from '../../observe/images/ask-image.ts';
import { requireImage } from '../../observe/images/require-image.ts';
import type { Packages } from '../read-packages.ts';
import { fillBuilder } from './fill-builder.ts';
import type { Sources } from './pin-step.ts';
import { mayReuse, type StepGuard } from './reuse-step.ts';
import { runStep, type RunOptions } from './run-step.ts';
import { searchBuilder } from './search-builder.ts';
import { stepReference } from './step-key.ts';
import { inTask } from '../../observe/in-task.ts';

export interface BuildPorts extends Sources, Pick<Context, 'buildContexts' | 'features' | 'files' | 'progress'> {
  readonly engine: Engine;
  /** Holds a step alone while it runs. */
  readonly cache: Pick<Cache, 'alone'>;
  /** Absolute path of the project. */
  readonly folder: string;
  /** Project path → sha256. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Equal for all builds of the folder, to find builders that a killed build left. */
  readonly owner: string;
  /** A file with the extra certificate authorities of this machine. */
  readonly caFile?: string | undefined;
  /** As `openSettings` gives it. Never in an image. */
  readonly settings: RunOptions['settings'];
  readonly signal?: AbortSignal | undefined;
  /** Called when a builder runs. `env` is for programs of the step only; `stop` is called before the capture. */
  readonly prepare?: (builder: string) => Promise<Prepared>;
  /** Searches what a step wrote. Copies are searched before. Absent for an image that stays on this machine. */
  readonly guard?: StepGuard | undefined;
}

export interface Prepared {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

interface StepBuild {
  /** Reference of the image that the step extends. */
  readonly parent: string;
  /** As `pinStep` gives it. */
  readonly step: Step;
  /** As `stepKey` gives it. */
  readonly key: string;
  /** The whole config of the new image, with the parent's variables and labels. The labels of the step are added. */
  readonly config: ImageConfig;
  /** Run the step, also if this engine has its image. */
  readonly fresh?: boolean;
  /** Which step of a build it is: `Step 2 of 5`. */
  readonly place?: string;
  /** Asks the builder after the step's programs: a container of the new image would need more time to start. */
  readonly readPackages?: (ask: Ask) => Promise<Packages>;
}

interface BuiltStep {
  /** The image: the parent of the next step. */
  readonly reference: string;
  /** True if this engine had it already. */
  readonly reused: boolean;
  /** Of the image, if a builder ran and answered. */
  readonly packages?: Packages | undefined;
}

/**
 * Makes the image of one step: takes the one that this engine has under the
 * step's key, else runs the step in a builder. A step is whole or absent, and
 * its builder is removed in any case. Throws STEP_FAILED, INTERRUPTED, and what
 * the ports throw.
 */
export async function buildStep(ports: BuildPorts, build: StepBuild): Promise<BuiltStep> {
  const reference = stepReference(build.key);
  const parent = await requireImage(ports.engine.images, build.parent);
  if (build.fresh === true) return runWhole(ports, build, parent);
  if (await mayReuse(ports, build, parent)) return { reference, reused: true };
  let waited = false;
  const again = async (): Promise<BuiltStep> => {
    waited = true;
    return (await mayReuse(ports, build, parent)) ? { reference, reused: true } : runWhole(ports, build, parent);
  };
  // Another build may run the same step now. By the first digits of keys, so that there are few locks.
  return ports.cache.alone(`steps/${build.key.slice(0, 2)}`, again, 'the same build step').catch((error: unknown) => {
    // A build needs no cache folder.
    const unwritable = hasCode(error, 'FILE_UNWRITABLE') && !waited;
    if (unwritable) return again();
    throw error;
  });
}

async function runWhole(ports: BuildPorts, build: StepBuild, parent: Image): Promise<BuiltStep> {
  const { title } = build.step;
  const shown = build.place === undefined ? title : `${build.place}: ${title}`;
  const made = inTask(ports.progress, shown, (task) => makeImage(ports, build, parent, task));
  const packages = await made.catch((cause: unknown) => {
    if (ports.signal?.aborted !== true) throw cause;
    const state = 'Nothing of this step was kept. The steps before it were.';
    throw new DevenvError('INTERRUPTED', `"${title}" was interrupted.`, { state, cause });
  });
  return { reference: stepReference(build.key), reused: false, packages };
}

/** Returns the packages of the image, if its builder answered. */
async function makeImage(
  ports: BuildPorts,
  build: StepBuild,
  parent: Image,
  task: ProgressTask,
): Promise<BuiltStep['packages']> {
  const { engine, folder, owner, caFile, signal, guard } = ports;
  const { mountsFolders } = engine.capabilities;
  await provideCaches(engine.volumes);
  signal?.throwIfAborted();
  const { parent: image, config } = build;
  const spec = resolveBuilder({ image, config, owner, folder: mountsFolders ? folder : undefined, captured: true });
  const scratch = scratchOf(spec.name);
  await engine.volumes.create(scratch, { [labels.role]: 'builder' });
  const builder = await engine.runtime.create(spec);
  let searched = false;
  let packages: Packages | undefined;
  try {
    await fillBuilder(engine.runtime, builder, { ...ports, step: build.step, caFile, signal });
    signal?.throwIfAborted();
    // Copies need no running container.
    if (build.step.actions.some(({ kind }) => kind !== 'copy')) {
      await engine.runtime.start(builder);
      guard?.prepare(builder, parent.id);
      const prepared = await ports.prepare?.(builder);
      try {
        await runStep(engine.runtime, builder, build.step, {
          env: { ...ownEnv(build), ...prepared?.env },
          settings: ports.settings,
          workingDir: mountsFolders ? defaultFolder : '/',
          ca: caFile !== undefined,
          onLine: (line) => {
            task.update(line);
          },
          signal,
        });
      } finally {
        await prepared?.stop();
      }
      // With the environment of the image, and outside of the project: a tool would read its settings there.
      const ask = askContainer(engine.runtime, builder, { workingDir: '/', env: config.env });
      packages = await build.readPackages?.(ask).catch(() => undefined);
      await engine.runtime.stop(builder, 1);
      // After the stop, nothing writes any more.
      if (guard !== undefined) {
        const { clean, leaveOut } = await searchBuilder(ports, guard, build.step, builder, parent.id);
        searched = clean;
        if (leaveOut.length > 0) packages = undefined;
      }
    }
    const labels = resolveLabels(parent, build, searched ? guard?.rules : undefined);
    await engine.builder.commit(builder, stepReference(build.key), { ...build.config, labels });
    return packages;
  } finally {
    // The next build finds by its name what cannot be removed now.
    await engine.runtime.remove(builder).catch(() => undefined);
    await engine.volumes.remove(scratch).catch(() => undefined);
  }
}

/** The variables that the image gets by this step: its builder, made from the parent, does not have them. */
function ownEnv({ step, config }: StepBuild): Readonly<Record<string, string>> {
  const names = Object.keys(step.env ?? {});
  return Object.fromEntries(
    config.env.map((line) => line.split(/=(.*)/s, 2) as [string, string]).filter(([name]) => names.includes(name)),
  );
}

/** An engine's commit drops no label of the parent: one that does not belong to the new image becomes empty. */
function resolveLabels(parent: Image, { config, key }: StepBuild, searched: string | undefined): ImageConfig['labels'] {
  const inherited = {
    ...Object.fromEntries(Object.keys(parent.config.labels).map((name) => [name, ''])),
    ...config.labels,
  };
  const marks = searched !== undefined || labels.searched in inherited;
  return {
    ...{ ...inherited, [labels.role]: 'image', [labels.step]: key },
    ...(marks && { [labels.searched]: searched ?? '' }),
  };
}

/** Creates the cache volumes first, so that they have devenv's label. */
async function provideCaches(volumes: Volumes): Promise<void> {
  const kept = await volumes.list([`${labels.role}=cache`]);
  const there = new Set(kept.map(({ name }) => name));
  const missing = cacheVolumes.filter(({ name }) => !there.has(name));
  await Promise.all(missing.map(async ({ name }) => volumes.create(name, { [labels.role]: 'cache' })));
}
