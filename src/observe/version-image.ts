import { DevenvError } from '../errors/devenv-error.ts';
import { contentIdOf } from '../lock/content-id.ts';
import type { Environment } from '../model/environment.ts';
import type { Image } from '../model/image.ts';
import type { Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Context } from '../ports/context.ts';

/** Where a version's image lies on an engine. The tag holds number and content, so nothing is ever overwritten. */
export function versionTag({ number, content }: Pick<Version, 'number' | 'content'>): string {
  return `${String(number)}-${content.slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

/** The name of a version on the engine of this machine. */
export function localReference(project: string, version: Pick<Version, 'number' | 'content'>): string {
  return `devenv/${project}:${versionTag(version)}`;
}

/** A version's image if this engine has it, checked by content and not by name. */
export async function findVersionImage(images: Images, project: string, version: Version): Promise<Image | undefined> {
  const image = await images.inspect(localReference(project, version));
  return image !== undefined && contentIdOf(image) === version.content ? image : undefined;
}

/**
 * The reference of a version's image on this engine: already here, else pulled
 * by its digest and checked. Never built.
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
  const auth = await (await context.registry()).findAuth(pinned);
  const task = context.progress.task(`Pulling version ${String(version.number)}`);
  try {
    await engine.images.pull(pinned, {
      ...(auth === undefined ? {} : { auth }),
      signal: context.signal,
      onProgress: ({ layer, status }) => {
        task.update(`${layer} ${status}`);
      },
    });
    await checkPulled(context, engine, pinned, version);
    await engine.images.tag(pinned, localReference(environment.name, version));
    task.done();
  } catch (error) {
    task.fail();
    if (!(error instanceof DevenvError) || error.code !== 'IMAGE_NOT_FOUND') throw error;
    throw new DevenvError(
      'IMAGE_NOT_FOUND',
      `The registry has no version ${String(version.number)} (${version.message}) any more: ${error.message}`,
      {
        hint: `Ask ${version.author} to run \`devenv push\`, which sends again what the registry has lost.`,
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
        hint: 'Somebody changed the lock or the registry. Compare devenv-lock.yaml with its history in git.',
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
