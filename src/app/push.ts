import { DevenvError } from '../errors/devenv-error.ts';
import type { Digest, Lock, Version } from '../model/version.ts';
import type { Context } from './context.ts';
import { readProject, type Project } from './project.ts';
import { findVersionImage, localReference, versionTag } from './version-image.ts';
import { writeLock } from './write-lock.ts';

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
    const pushed: { number: number; reference: string; digest: Digest }[] = [];
    const absent: number[] = [];
    for (const version of lock.versions) {
      if (version.digest !== undefined) continue;
      const sent = await pushVersion(context, project, repository, version);
      if (sent === undefined) {
        absent.push(version.number);
        continue;
      }
      await writeLock(context, held, project, withDigest(project.lock ?? lock, version.number, sent.digest));
      project = await readProject(context);
      pushed.push({ number: version.number, ...sent });
    }
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
  if ((await findVersionImage(engine, name, version)) === undefined) return undefined;
  const reference = `${repository}:${versionTag(version)}`;
  const auth = await (await context.registry()).findAuth(reference);
  const task = context.progress.task(`Pushing version ${String(version.number)}`);
  try {
    await engine.tagImage(localReference(name, version), reference);
    await context.failpoints.reach('push:tagged');
    const digest = await engine.pushImage(reference, {
      ...(auth === undefined ? {} : { auth }),
      signal: context.signal,
      onProgress: ({ layer, status }) => {
        task.update(`${layer} ${status}`);
      },
    });
    await context.failpoints.reach('push:sent');
    const held = await engine.resolveDigest(reference, auth);
    if (held !== digest) {
      throw new DevenvError(
        'CONTENT_MISMATCH',
        `The registry took ${digest} for ${reference}, but serves ${held ?? 'nothing'}.`,
        {
          state: 'The lock still says that this version was not pushed.',
        },
      );
    }
    task.done();
    return { reference, digest };
  } catch (error) {
    task.fail();
    throw error;
  }
}

function withDigest(lock: Lock, number: number, digest: Digest): Lock {
  return {
    ...lock,
    versions: lock.versions.map((version) => (version.number === number ? { ...version, digest } : version)),
  };
}
