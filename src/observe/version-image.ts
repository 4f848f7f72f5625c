import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import { contentIdOf } from '../lock/content-id.ts';
import { hashToHex } from '../lock/hash-json.ts';
import type { Environment } from '../model/environment.ts';
import type { Image } from '../model/image.ts';
import type { Digest, Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import { inTask } from './in-task.ts';
import { transferOptions } from './transfer-options.ts';
import type { Context } from '../ports/context.ts';

/** Tag of a version's image. It holds number and content, so that nothing is ever overwritten. */
export function versionTag({ number, content }: Pick<Version, 'number' | 'content'>): string {
  return `${String(number)}-${content.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** The name of a version on the engine of this machine. */
export function localReference(project: string, version: Pick<Version, 'number' | 'content'>): string {
  return `devenv/${project}:${versionTag(version)}`;
}

/** The name of an image that the lock names by a registry's digest, and that came from a bundle. */
export const pinnedName = (project: string, digest: Digest): string =>
  `devenv/${project}:pinned-${digest.slice('sha256:'.length)}`;

/** The name of an image that no registry knows, and that came from a bundle: of use to services of this project alone. */
export const bundledName = (project: string, image: string): string => `devenv/${project}:local-${hashToHex(image)}`;

/** A version's image, if this engine has it; checked by its content. */
export async function findVersionImage(images: Images, project: string, version: Version): Promise<Image | undefined> {
  const image = await images.inspect(localReference(project, version));
  return image !== undefined && contentIdOf(image) === version.content ? image : undefined;
}

/**
 * The reference of a version's image on this engine. Pulled by digest and
 * checked if the engine lacks it. Never built.
 */
export async function provideVersion(context: Context, environment: Environment, version: Version): Promise<string> {
  const engine = await context.engine();
  const reference = localReference(environment.name, version);
  if ((await findVersionImage(engine.images, environment.name, version)) !== undefined) return reference;
  if (version.digest === undefined) {
    throw new DevenvError(
      'VERSION_NOT_PUSHED',
      `Version ${String(version.number)} (${version.message}) is not on this machine, and it was never pushed.`,
      {
        hint: `Ask ${version.author} to run \`devenv push\`, or make a new version from devenv.yaml with \`devenv build --clean\`.`,
      },
    );
  }
  if (environment.image === undefined) {
    throw new DevenvError('CONFIG_INVALID', 'devenv.yaml has no `image`, so there is no registry to pull from.', {
      hint: 'Add the repository that the version was pushed to: `image: registry.example.com/team/env`.',
    });
  }
  await pullVersion(context, engine, environment, { ...version, digest: version.digest });
  return reference;
}

async function pullVersion(
  context: Context,
  engine: Pick<Engine, 'images' | 'describe'>,
  environment: Environment,
  version: Version & { readonly digest: string },
): Promise<void> {
  const pinned = `${environment.image ?? ''}@${version.digest}`;
  try {
    await inTask(context.progress, `Pulling version ${String(version.number)}`, async (task) => {
      await engine.images.pull(pinned, await transferOptions(context, pinned, task));
      await checkPulled(context, engine, pinned, version);
      await engine.images.tag(pinned, localReference(environment.name, version));
    });
  } catch (error) {
    if (!hasCode(error, 'IMAGE_NOT_FOUND')) throw error;
    throw new DevenvError(
      'IMAGE_NOT_FOUND',
      `The registry no longer has version ${String(version.number)} (${version.message}): ${error.message}`,
      {
        hint: `Ask ${version.author} to run \`devenv push\`, which uploads it again.`,
        state: 'The workspace was not touched.',
        cause: error,
      },
    );
  }
}

async function checkPulled(
  context: Context,
  engine: Pick<Engine, 'images' | 'describe'>,
  pinned: string,
  version: Version,
): Promise<void> {
  await context.failpoints.reach('pull:pulled');
  const image = await engine.images.inspect(pinned);
  if (image === undefined)
    throw new DevenvError('IMAGE_NOT_FOUND', `The engine pulled ${pinned} but does not have it.`);
  const content = contentIdOf(image);
  if (content !== version.content) {
    throw new DevenvError(
      'CONTENT_MISMATCH',
      `${pinned} holds ${content}, but devenv-lock.yaml records ${version.content} for version ${String(version.number)}.`,
      {
        hint: 'The lock or the registry was changed. Compare devenv-lock.yaml with its history in git.',
        state: 'Nothing was named or started.',
      },
    );
  }
  const { architecture } = await engine.describe();
  if (image.architecture !== architecture) {
    throw new DevenvError(
      'NOT_IDENTICAL',
      `Version ${String(version.number)} is for ${image.architecture}, this engine runs ${architecture}.`,
      {
        hint: `Build a version on a machine with ${architecture}.`,
      },
    );
  }
}
