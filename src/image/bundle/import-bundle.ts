import { resolve } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import { findVersion } from '../../lock/version-items.ts';
import type { BundleImage } from '../../model/bundle.ts';
import type { Lock } from '../../model/version.ts';
import { inTask } from '../../observe/in-task.ts';
import type { Project } from '../../observe/project.ts';
import { bundledName, findVersionImage, localReference, pinnedName } from '../../observe/version-image.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { LargeFile } from '../../ports/large-files.ts';
import { openBundle, type Bundle } from './open-bundle.ts';
import { loadBundle, type LowerImage, type WantedImage } from './load-images.ts';
import { verifyLayers } from './verify-layers.ts';

export interface ImportedBundle {
  /** Versions that were loaded, by number. */
  readonly versions: readonly number[];
  /** Names of services whose images were loaded. */
  readonly services: readonly string[];
  /** The team's data was loaded. */
  readonly data: boolean;
  /** Versions of the bundle that were on this engine already, by number. */
  readonly here: readonly number[];
}

/** Opens the bundle at a path, which counts from the folder of the command. Throws FILE_UNREADABLE, BUNDLE_INVALID. */
export async function withBundle<T>(
  context: Pick<Context, 'folder' | 'largeFiles'>,
  path: string,
  work: (bundle: Bundle) => Promise<T>,
): Promise<T> {
  const file: LargeFile | undefined = await (await context.largeFiles()).open(resolve(context.folder, path));
  if (file === undefined) throw new DevenvError('FILE_UNREADABLE', `There is no file ${path}.`, { data: { path } });
  try {
    return await work(await openBundle(file, path));
  } finally {
    await file.close();
  }
}

/**
 * Loads from a bundle what devenv-lock.yaml names and this engine lacks: versions by their content, services and data by
 * the digests in the lock. All of it is verified before the engine gets anything. Throws BUNDLE_INVALID, BUNDLE_MISMATCH.
 */
export async function importBundle(
  context: Context,
  engine: Engine,
  project: Pick<Project, 'environment' | 'lock'>,
  bundle: Bundle,
): Promise<ImportedBundle> {
  const { lock, environment } = project;
  const { images } = engine;
  const matching = lock === undefined ? [] : bundle.images.filter((image) => namesIn(project, lock, image).length > 0);
  if (lock === undefined || !matching.some(({ role }) => role.kind === 'version'))
    throw mismatch(`None of the versions in ${bundle.name} is in devenv-lock.yaml.`, bundle);
  const { architecture } = await engine.describe();
  const wanted: WantedImage[] = [];
  const here: number[] = [];
  for (const image of matching) {
    if (image.image.architecture !== architecture)
      throw new DevenvError(
        'NOT_IDENTICAL',
        `${bundle.name} is for ${image.image.architecture}, this engine runs ${architecture}.`,
        { hint: `Export a bundle on a machine with ${architecture}.`, state: 'Nothing of it was loaded.' },
      );
    const references: string[] = [];
    for (const name of namesIn(project, lock, image)) {
      const found = await images.inspect(name);
      if (found === undefined || contentIdOf(found) !== contentIdOf(image.image)) references.push(name);
    }
    if (references.length > 0) wanted.push({ image, references });
    else if (image.role.kind === 'version') here.push(image.role.number);
  }
  if (wanted.length > 0) {
    const lower = await findLower(engine, environment.name, lock, bundle, wanted);
    const total = sumOf(bundle, wanted);
    let read = 0;
    await inTask(context.progress, `Verifying ${bundle.name}`, (task) =>
      verifyLayers(
        bundle,
        wanted.map(({ image }) => image),
        (bytes) => task.transfer((read += bytes), total),
      ),
    );
    await context.failpoints.reach('bundle:verified');
    await inTask(context.progress, `Loading ${bundle.name}`, () =>
      loadBundle(engine, bundle, wanted, { lower, project: environment.name, signal: context.signal }),
    );
    await checkLoaded(engine, bundle, wanted);
  }
  const roles = wanted.map(({ image }) => image.role);
  return {
    versions: roles.flatMap((role) => (role.kind === 'version' ? [role.number] : [])),
    services: roles.flatMap((role) => (role.kind === 'service' ? [role.name] : [])),
    data: roles.some(({ kind }) => kind === 'seed'),
    here,
  };
}

/** The names that an image gets for this project; none if the project does not name it. */
function namesIn({ environment }: Pick<Project, 'environment'>, lock: Lock, { role, image }: BundleImage): string[] {
  const { name: project } = environment;
  if (role.kind === 'version') {
    const content = contentIdOf(image);
    return lock.versions.filter((one) => one.content === content).map((one) => localReference(project, one));
  }
  if (role.kind === 'seed') return lock.seed?.digest === role.pin ? [pinnedName(project, role.pin)] : [];
  const pin = lock.services?.[role.name];
  if (pin !== undefined) return 'image' in pin && pin.digest === role.pin ? [pinnedName(project, pin.digest)] : [];
  const asked = environment.services.some(
    ({ name, source }) => name === role.name && source.kind === 'image' && source.image === role.image,
  );
  // The lock does not name it by content: under its own name, all projects and people of this machine would get it.
  return asked && role.pin === undefined ? [bundledName(project, role.image)] : [];
}

async function findLower(
  engine: Pick<Engine, 'images'>,
  project: string,
  lock: Lock,
  bundle: Bundle,
  wanted: readonly WantedImage[],
): Promise<LowerImage | undefined> {
  const most = Math.max(...wanted.map(({ image }) => image.layers.filter(({ here }) => !here).length));
  if (most === 0) return undefined;
  const version = findVersion(lock, bundle.above);
  const image = version && (await findVersionImage(engine.images, project, version));
  const fits = wanted.every(({ image: { layers, image: own } }) =>
    layers.every(({ here }, index) => here || image?.diffIds[index] === own.diffIds[index]),
  );
  if (version !== undefined && image !== undefined && fits)
    return { reference: localReference(project, version), image };
  const number = String(bundle.above);
  throw mismatch(
    `${bundle.name} holds only what is new since version ${number}, which is not on this machine.`,
    bundle,
    `Import a bundle with version ${number} first. \`devenv bundle export\` without a range makes a whole one.`,
  );
}

const sumOf = ({ blobs }: Bundle, wanted: readonly WantedImage[]): number => {
  const digests = new Set(wanted.flatMap(({ image }) => image.layers.map(({ digest }) => digest)));
  return [...digests].reduce((sum, digest) => sum + (blobs.get(digest)?.size ?? 0), 0);
};

async function checkLoaded(
  { images }: Pick<Engine, 'images'>,
  bundle: Bundle,
  wanted: readonly WantedImage[],
): Promise<void> {
  for (const { image, references } of wanted) {
    for (const reference of references) {
      const found = await images.inspect(reference);
      if (found !== undefined && contentIdOf(found) === contentIdOf(image.image)) continue;
      await images.remove(reference);
      throw new DevenvError('CONTENT_MISMATCH', `The engine made another image of ${reference} in ${bundle.name}.`, {
        hint: 'Run `devenv doctor`, which checks the engine, and import the bundle again.',
      });
    }
  }
}

const mismatch = (message: string, { name }: Bundle, hint?: string): DevenvError =>
  new DevenvError('BUNDLE_MISMATCH', message, {
    state: 'Nothing of it was loaded.',
    data: { file: name },
    ...(hint !== undefined && { hint }),
  });
