import { DevenvError } from '../../errors/devenv-error.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import { inTask } from '../../observe/in-task.ts';
import type { Project } from '../../observe/project.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import { chooseImages } from './choose-images.ts';
import { loadBundle, type WantedImage } from './load-images.ts';
import type { Bundle } from './open-bundle.ts';
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
  const { wanted, lower, here } = await chooseImages(engine, project, bundle);
  if (wanted.length > 0) {
    const images = wanted.map(({ image }) => image);
    await verifyLayers(context.progress, bundle, images);
    await context.failpoints.reach('bundle:verified');
    await inTask(context.progress, `Loading ${bundle.name}`, () =>
      loadBundle(engine, bundle, wanted, { lower, project: project.environment.name, signal: context.signal }),
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
