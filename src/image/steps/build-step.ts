import { DevenvError } from '../../errors/devenv-error.ts';
import type { Image, ImageConfig } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Volumes } from '../../ports/volumes.ts';
import type { Packages } from '../../ports/packages.ts';
import type { Progress, Task } from '../../ports/progress.ts';
import { labels } from '../../observe/labels.ts';
import { cacheVolumes, resolveBuilder, scratchOf } from '../../observe/images/builder-spec.ts';
import { fillBuilder } from './fill-builder.ts';
import { mayReuse } from './reuse-step.ts';
import { runStep, type RunOptions } from './run-step.ts';
import type { StepGuard } from './step-guard.ts';
import { stepReference } from './step-reference.ts';

export interface BuildWorld {
  readonly engine: Engine;
  readonly packages: () => Promise<Packages>;
  readonly progress: Progress;
  /** Absolute path of the project. */
  readonly folder: string;
  /** Project path → sha256. */
  readonly hashes: Readonly<Record<string, string>>;
  /** Whose builders these are, equal for all builds of the folder: by it dead ones are found. */
  readonly owner: string;
  /** A file of certificate authorities that this machine trusts beyond the usual ones. */
  readonly caFile?: string | undefined;
  /** What a provider takes from the configuration of this machine, as `openSettings` gives it. Never in an image. */
  readonly settings: RunOptions['settings'];
  readonly signal?: AbortSignal | undefined;
  /** Gives a builder that runs what its step needs besides; `env` is for programs of the step only. `stop` comes before it is captured. */
  readonly prepare?: (builder: string) => Promise<Prepared>;
  /** Keeps secrets out of what steps bring; absent where that is nobody else's. Copies alone are searched before. */
  readonly guard?: StepGuard | undefined;
}

export interface Prepared {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export interface StepBuild {
  /** Reference of the image that the step extends. */
  readonly parent: string;
  /** As pinStep gives it. */
  readonly step: Step;
  /** As stepKey gives it. */
  readonly key: string;
  /** Of the image that is made, all of it: the parent's variables and labels included. The step's own labels are added. */
  readonly config: ImageConfig;
  /** Run the step although this engine has its image. */
  readonly fresh?: boolean;
}

export interface BuiltStep {
  /** The image on this engine: the parent of the next step. */
  readonly reference: string;
  /** True where this engine had it already. */
  readonly reused: boolean;
}

/**
 * Makes the image of one step: the one that this engine has under the step's
 * key, else by running the step in a builder. A step is whole or absent; its
 * builder is gone afterwards, whatever happened. Throws STEP_FAILED,
 * INTERRUPTED, and what the ports throw.
 */
export async function buildStep(world: BuildWorld, build: StepBuild): Promise<BuiltStep> {
  const reference = stepReference(build.key);
  const parent = await world.engine.images.inspect(build.parent);
  if (parent === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `${build.parent} vanished from the engine.`);
  if (build.fresh !== true && (await mayReuse(world, build, parent))) return { reference, reused: true };
  const task = world.progress.task(build.step.title);
  try {
    await makeImage(world, build, parent, task);
    task.done();
    return { reference, reused: false };
  } catch (error) {
    task.fail();
    if (world.signal?.aborted !== true) throw error;
    throw new DevenvError('INTERRUPTED', `"${build.step.title}" was interrupted.`, {
      state: 'Nothing of this step was kept. The steps before it were.',
      cause: error,
    });
  }
}

async function makeImage(world: BuildWorld, build: StepBuild, parent: Image, task: Task): Promise<void> {
  const { engine, folder, owner, caFile, signal, guard } = world;
  const { mountsFolders } = engine.capabilities;
  await provideCaches(engine.volumes);
  signal?.throwIfAborted();
  const { parent: image, config } = build;
  const spec = resolveBuilder({ image, config, owner, folder: mountsFolders ? folder : undefined, captured: true });
  const scratch = scratchOf(spec.name);
  await engine.volumes.create(scratch, { [labels.role]: 'builder' });
  const builder = await engine.runtime.create(spec);
  let searched = false;
  try {
    await fillBuilder(engine.runtime, builder, { ...world, step: build.step, caFile, signal });
    signal?.throwIfAborted();
    // Copies alone need no running container.
    if (build.step.actions.some(({ kind }) => kind !== 'copy')) {
      await engine.runtime.start(builder);
      guard?.prepare(builder, parent.id);
      const prepared = await world.prepare?.(builder);
      try {
        await runStep(engine.runtime, builder, build.step, {
          env: { ...prepared?.env },
          settings: world.settings,
          workingDir: mountsFolders ? '/workspace' : '/',
          ca: caFile !== undefined,
          onLine: (line) => {
            task.update(line);
          },
          signal,
        });
      } finally {
        await prepared?.stop();
      }
      await engine.runtime.stop(builder, 1);
      // What a program left running would have written is there.
      searched = guard !== undefined && (await search(world, guard, build.step, builder, parent.id));
    }
    const labels = resolveLabels(parent, build, searched ? guard?.rules : undefined);
    await engine.builder.commit(builder, stepReference(build.key), { ...build.config, labels });
  } finally {
    // One that cannot be removed now is found by its name at the next build.
    await engine.runtime.remove(builder).catch(() => undefined);
    await engine.volumes.remove(scratch).catch(() => undefined);
  }
}

/** Takes out of a builder that has ended what no version has. True where nothing else was found. */
async function search(
  { engine, progress }: BuildWorld,
  guard: StepGuard,
  step: Step,
  builder: string,
  parent: string,
): Promise<boolean> {
  const { clean, leaveOut } = await guard.checkBuilder(step, builder, parent);
  if (leaveOut.length === 0) return clean;
  await engine.runtime.start(builder);
  const exitCode = await engine.runtime.exec(builder, { argv: ['rm', '-f', '--', ...leaveOut], user: '0' });
  await engine.runtime.stop(builder, 1);
  if (exitCode !== 0) {
    throw new DevenvError('ENGINE_REFUSED', `${leaveOut.join(', ')} could not be left out: rm ended with ${exitCode}.`);
  }
  progress.note(`Left out of the version: ${leaveOut.join(', ')}`);
  return clean;
}

/** An engine's commit never drops a label of the parent: one that does not belong to the new image is emptied. */
function resolveLabels(parent: Image, { config, key }: StepBuild, searched: string | undefined): ImageConfig['labels'] {
  const inherited = {
    ...Object.fromEntries(Object.keys(parent.config.labels).map((name) => [name, ''])),
    ...config.labels,
  };
  return {
    ...inherited,
    [labels.role]: 'image',
    [labels.step]: key,
    ...((searched !== undefined || labels.searched in inherited) && {
      [labels.searched]: searched ?? '',
    }),
  };
}

/** Made before a container needs them, so that they carry our label and `prune` may remove them. */
async function provideCaches(volumes: Volumes): Promise<void> {
  const kept = await volumes.list([`${labels.role}=cache`]);
  const there = new Set(kept.map(({ name }) => name));
  const missing = cacheVolumes.filter(({ name }) => !there.has(name));
  await Promise.all(missing.map(async ({ name }) => volumes.create(name, { [labels.role]: 'cache' })));
}
