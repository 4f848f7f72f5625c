import { DevenvError } from '../errors/devenv-error.ts';
import { contentIdOf } from '../lock/content-id.ts';
import type { Digest, Lock, Version } from '../model/version.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { markNewest, refuseStalePush } from './newest-pushed.ts';
import { readProject, type Project } from '../observe/project.ts';
import { findVersionImage, localReference, versionTag } from '../observe/version-image.ts';
import { writeLock } from '../versions/write-lock.ts';

export interface PushResult {
  /** Versions that the registry has now and did not have before, by number. */
  readonly pushed: readonly { readonly number: number; readonly reference: string; readonly digest: Digest }[];
  /** Numbers of versions that are neither in the registry nor on this machine. */
  readonly absent: readonly number[];
}

/**
 * Sends every version that the registry lacks and this machine has. Each is
 * recorded in the lock as soon as the registry confirmed its digest, so that
 * an interrupted push goes on where it stopped.
 */
export async function push(context: Context): Promise<PushResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'push', async (held) => {
    let project = await readProject(context);
    const { lock, environment } = project;
    const repository = environment.image;
    if (repository === undefined) {
      throw new DevenvError('CONFIG_INVALID', 'devenv.yaml has no `image`, so there is no registry to push to.', {
        hint: 'Add a repository: `image: registry.example.com/team/env`.',
      });
    }
    if (lock === undefined)
      throw new DevenvError('VERSION_NOT_FOUND', 'There is no version to push yet.', {
        hint: 'Run `devenv up` first.',
      });
    const newest = await refuseStalePush(context, lock, repository);
    const pushed: { number: number; reference: string; digest: Digest }[] = [];
    const absent: number[] = [];
    for (const version of lock.versions) {
      const { digest } = version;
      if (digest !== undefined && version.number !== lock.current) continue;
      // What everybody's next `up` needs is looked for, though the lock says that it is there.
      if (digest !== undefined && !(await isLost(context, repository, { ...version, digest }))) continue;
      const sent = await pushVersion(context, project, repository, version);
      if (sent === undefined) {
        absent.push(version.number);
        continue;
      }
      await writeLock(context, held, project, withDigest(project.lock ?? lock, version.number, sent.digest));
      project = await readProject(context);
      pushed.push({ number: version.number, ...sent });
    }
    await markNewest(context, project, repository, newest);
    return { pushed, absent };
  });
}

async function pushVersion(
  context: Context,
  project: Project,
  repository: string,
  version: Version,
): Promise<{ readonly reference: string; readonly digest: Digest } | undefined> {
  const engine = await context.engine();
  const name = project.environment.name;
  if ((await findVersionImage(engine.images, name, version)) === undefined) return undefined;
  const reference = `${repository}:${versionTag(version)}`;
  const auth = await (await context.registry()).findAuth(reference);
  const task = context.progress.task(`Pushing version ${String(version.number)}`);
  try {
    await engine.images.tag(localReference(name, version), reference);
    await context.failpoints.reach('push:tagged');
    const digest = await engine.images.push(reference, {
      ...(auth === undefined ? {} : { auth }),
      signal: context.signal,
      onProgress: ({ layer, status }) => {
        task.update(`${layer} ${status}`);
      },
    });
    await context.failpoints.reach('push:sent');
    await checkHeld(context, engine, { repository, reference, digest, version });
    task.done();
    return { reference, digest };
  } catch (error) {
    task.fail();
    throw error;
  }
}

/** Has the registry show what it took: a version counts as pushed when others can get it. */
async function checkHeld(
  context: Context,
  engine: Pick<Engine, 'capabilities' | 'images'>,
  sent: { readonly repository: string; readonly reference: string; readonly digest: Digest; readonly version: Version },
): Promise<void> {
  const { repository, reference, digest, version } = sent;
  const auth = await (await context.registry()).findAuth(reference);
  const { resolvesDigests } = engine.capabilities;
  const held = !resolvesDigests ? digest : await engine.images.resolveDigest(reference, auth);
  let content: string | undefined = version.content;
  if (!resolvesDigests) {
    // The engine has the layers: this fetches the manifest, and little more.
    const pinned = `${repository}@${digest}`;
    await engine.images.pull(pinned, { ...(auth === undefined ? {} : { auth }), signal: context.signal });
    const image = await engine.images.inspect(pinned);
    content = image && contentIdOf(image);
  }
  if (held === digest && content === version.content) return;
  throw new DevenvError(
    'CONTENT_MISMATCH',
    `The registry took ${digest} for ${reference}, but serves ${held === digest ? (content ?? 'nothing') : (held ?? 'nothing')}.`,
    { state: 'The lock still says that this version was not pushed.' },
  );
}

/** True where the registry no longer has a version that the lock calls pushed. False if the engine cannot ask for it. */
async function isLost(
  context: Context,
  repository: string,
  version: Version & { readonly digest: string },
): Promise<boolean> {
  const engine = await context.engine();
  if (!engine.capabilities.resolvesDigests) return false;
  const pinned = `${repository}@${version.digest}`;
  return (await engine.images.resolveDigest(pinned, await (await context.registry()).findAuth(pinned))) === undefined;
}

function withDigest(lock: Lock, number: number, digest: Digest): Lock {
  return {
    ...lock,
    versions: lock.versions.map((version) => (version.number === number ? { ...version, digest } : version)),
  };
}
