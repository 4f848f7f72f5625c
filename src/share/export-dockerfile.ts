import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { DevenvError } from '../errors/devenv-error.ts';
import { makeImage } from '../image/make-image.ts';
import { pinReference } from '../image/base/pin-reference.ts';
import { planProject } from '../image/plan-project.ts';
import { provideStart } from '../image/provide-start.ts';
import { pinStep } from '../image/steps/pin-step.ts';
import { currentVersion } from '../lock/version-items.ts';
import { orAbove, pathToBytes, type BytePath } from '../model/byte-path.ts';
import type { Image } from '../model/image.ts';
import type { Step } from '../model/plan.ts';
import { inImage } from '../observe/images/ask-image.ts';
import { requireImage } from '../observe/images/require-image.ts';
import { holdProject } from '../observe/hold-project.ts';
import { inTask } from '../observe/in-task.ts';
import type { Project } from '../observe/project.ts';
import { provideVersion } from '../observe/version-image.ts';
import type { Context } from '../ports/context.ts';
import { requireLock } from '../versions/require-version.ts';
import { compareImages, listImage, openImages } from '../versions/version-inspection.ts';
import { writeDockerfile, type EjectSource } from './formats/write-dockerfile.ts';

interface Ejected {
  readonly version: number;
  readonly text: string;
  readonly notes: readonly string[];
  /** Absolute paths of archives. */
  readonly archives: readonly string[];
}

/** Where the Dockerfile will lie; absent: nowhere, and no archive is written. `check` refuses a path that is taken. */
interface Target {
  readonly file: string;
  readonly check: (path: string) => Promise<void>;
}

/**
 * A Dockerfile that makes the current version without devenv: the base, the
 * steps of devenv.yaml with the versions of the lock, then an archive with what
 * they do not make, such as changes that were committed. Makes a clean build to
 * find that out, from cached steps where there are some. Throws CHANGES_PENDING.
 */
export const exportDockerfile = (context: Context, target: Target | undefined): Promise<Ejected> =>
  holdProject(context, 'export', (project) => eject(context, project, target), 'all');

async function eject(context: Context, project: Project, target: Target | undefined): Promise<Ejected> {
  const version = currentVersion(requireLock(project));
  if (project.lock?.shape !== project.shape)
    throw new DevenvError(
      'CHANGES_PENDING',
      'devenv.yaml has changes that no version contains, and only a version can be exported.',
    );
  const whole = planProject(project, { clean: true });
  if (whole.kind === 'none') throw new DevenvError('INTERNAL', 'A clean build was planned as nothing.');
  const isFeature = (step: Step): boolean => step.actions.some(({ kind }) => kind === 'feature');
  const notes = whole.steps.filter(isFeature).map(({ id }) => `${id}: what the Feature installs is in the archive.`);
  const plan = { ...whole, steps: whole.steps.filter((step) => !isFeature(step)) };
  const made = await makeImage(context, project, plan, {});
  const { images, runtime } = await context.engine();
  const base = await requireImage(images, (await provideStart(context, project, plan, {})).reference);
  const steps: Step[] = [];
  for (const step of plan.steps) steps.push((await pinStep(step, context, base.architecture, context.signal)).step);
  const recorded = await provideVersion(context, project.environment, version);
  const image = await requireImage(images, recorded);
  const changes = await inTask(context.progress, `Comparing with version ${String(version.number)}`, () =>
    openImages(context, project, { built: made.reference, recorded }, async (open) =>
      compareImages(project, await listImage(open.built), await listImage(open.recorded)),
    ),
  );
  const removed = changes
    .filter(({ kind, what }) => kind === 'removed' || what.includes('type'))
    .map(({ path }) => path);
  const wanted = changes.filter(({ kind }) => kind !== 'removed').map(({ path }) => path);
  const archives = new Map<string, { readonly image: Image; readonly paths: readonly BytePath[] }>();
  const nameArchive = (kind: string): string =>
    target === undefined ? `Dockerfile.${kind}.tar` : relative(project.folder, `${target.file}.${kind}.tar`);
  const start = await chooseBase(context, project, base, () => nameArchive('base'));
  if ('archive' in start.base) {
    const paths = await openImages(context, project, { base: base.id }, async (open) =>
      [...(await listImage(open.base)).tree.keys()].sort(),
    );
    archives.set(start.base.archive, { image: base, paths });
  }
  const archive = wanted.length > 0 ? nameArchive('changes') : undefined;
  if (archive !== undefined) {
    archives.set(archive, { image, paths: wanted });
    notes.push(`${String(wanted.length)} changed paths are in no step: they are in ${archive}.`);
  }
  if (target === undefined && archives.size > 0)
    notes.push(`The Dockerfile needs ${[...archives.keys()].join(' and ')}: write them with --output.`);
  const source: EjectSource = {
    name: project.environment.name,
    number: version.number,
    base: start.base,
    baseEnv: base.config.env,
    steps,
    removed: topmost(removed),
    ...(archive !== undefined && { archive }),
    config: image.config,
  };
  const written: string[] = [];
  if (target !== undefined) {
    const files = [...archives].map(([name, one]) => ({ path: join(project.folder, name), ...one }));
    for (const { path } of files) await target.check(path);
    for (const { path, ...one } of files) {
      await target.check(path);
      await inTask(context.progress, `Writing ${basename(path)}`, () =>
        inImage(runtime, project.folder, one.image, (container) => writeArchive(context, container, one.paths, path)),
      );
      written.push(path);
    }
  }
  return {
    version: version.number,
    text: writeDockerfile(source),
    notes: [...start.notes, ...notes],
    archives: written,
  };
}

/** The base by its digest, if a registry has it. One that only devenv can make is an archive. */
async function chooseBase(
  context: Context,
  { environment, lock }: Project,
  { digests }: Image,
  nameArchive: () => string,
): Promise<{ readonly base: EjectSource['base']; readonly notes: readonly string[] }> {
  const { base } = environment;
  if (base.kind !== 'image') return { base: { archive: nameArchive() }, notes: [] };
  const pin = lock?.resolved['base']?.[base.image];
  if (pin !== undefined && digests.length > 0) return { base: { image: pinReference(base.image, pin) }, notes: [] };
  const { fallback } = base;
  const isOwn = (await (await context.engine()).images.inspect(base.image)) !== undefined;
  if (fallback !== undefined && !isOwn) return { base: { archive: nameArchive() }, notes: [] };
  return {
    base: { image: base.image },
    notes: [`base: ${base.image} is known by its tag alone, which may get another content.`],
  };
}

/** Without those below another one. */
function topmost(paths: readonly BytePath[]): readonly BytePath[] {
  const all = new Set<string>(paths);
  const isCovered = orAbove((path) => all.has(path));
  return paths.filter((path) => !isCovered(dirname(path)));
}

async function writeArchive(
  context: Context,
  container: string,
  paths: readonly BytePath[],
  path: string,
): Promise<void> {
  const { runtime } = await context.engine();
  const partial = `${path}.part`;
  const file = createWriteStream(partial, { flags: 'wx', mode: 0o644 });
  try {
    const argv = [
      'tar',
      '--create',
      '--null',
      '--no-recursion',
      '--numeric-owner',
      '--format=posix',
      '--xattrs',
      '--xattrs-include=security.*',
      '--directory=/',
      '--files-from=-',
    ];
    const list = Buffer.concat(paths.flatMap((one) => [Buffer.from('.'), pathToBytes(one), Buffer.of(0)]));
    const exitCode = await runtime.exec(container, { argv, user: '0', stdin: Readable.from([list]), stdout: file });
    file.end();
    await finished(file);
    if (exitCode !== 0)
      throw new DevenvError('ENGINE_REFUSED', `The changed files cannot be read: tar ended with ${String(exitCode)}.`, {
        hint: 'The image needs GNU tar.',
      });
    await rename(partial, path);
  } catch (error) {
    file.destroy();
    await rm(resolve(partial), { force: true });
    throw error;
  }
}
