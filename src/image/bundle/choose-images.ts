import { DevenvError } from '../../errors/devenv-error.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import { findVersion } from '../../lock/version-items.ts';
import type { BundleImage } from '../../model/bundle.ts';
import type { Lock } from '../../model/version.ts';
import type { Project } from '../../observe/project.ts';
import { bundledName, findVersionImage, localReference, pinnedName } from '../../observe/version-image.ts';
import type { Engine } from '../../ports/engine.ts';
import type { LowerImage, WantedImage } from './load-images.ts';
import type { Bundle } from './open-bundle.ts';

interface ChosenImages {
  readonly wanted: readonly WantedImage[];
  /** Has the layers that the bundle leaves out; absent if the wanted images are whole. */
  readonly lower: LowerImage | undefined;
  /** Versions of the bundle that this engine has already, by number. */
  readonly here: readonly number[];
}

/**
 * Chooses the images of a bundle that devenv-lock.yaml names and this engine lacks. Throws BUNDLE_MISMATCH, NOT_IDENTICAL.
 */
export async function chooseImages(
  engine: Pick<Engine, 'images' | 'describe'>,
  project: Pick<Project, 'environment' | 'lock'>,
  bundle: Bundle,
): Promise<ChosenImages> {
  const { lock, environment } = project;
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
      const found = await engine.images.inspect(name);
      if (found === undefined || contentIdOf(found) !== contentIdOf(image.image)) references.push(name);
    }
    if (references.length > 0) wanted.push({ image, references });
    else if (image.role.kind === 'version') here.push(image.role.number);
  }
  return { wanted, here, lower: await findLower(engine, environment.name, lock, bundle, wanted) };
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

/** The version that has the layers which the wanted images lack; undefined if they lack none. */
async function findLower(
  engine: Pick<Engine, 'images'>,
  project: string,
  lock: Lock,
  bundle: Bundle,
  wanted: readonly WantedImage[],
): Promise<LowerImage | undefined> {
  if (wanted.every(({ image }) => image.layers.every(({ here }) => here))) return undefined;
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

const mismatch = (message: string, { name }: Bundle, hint?: string): DevenvError =>
  new DevenvError('BUNDLE_MISMATCH', message, {
    state: 'Nothing of it was loaded.',
    data: { file: name },
    ...(hint !== undefined && { hint }),
  });
