import { DevenvError } from '../errors/devenv-error.ts';
import { findVersion } from '../lock/version-items.ts';
import type { Digest, Lock, Version } from '../model/version.ts';
import { inFew } from '../observe/in-few.ts';
import { inTask } from '../observe/in-task.ts';
import { readProject, type Project } from '../observe/project.ts';
import { pushImage } from '../observe/push-image.ts';
import { requireRepository } from '../observe/require-repository.ts';
import { transferOptions } from '../observe/transfer-options.ts';
import { findVersionImage, localReference, versionTag } from '../observe/version-image.ts';
import type { Context } from '../ports/context.ts';
import { writeLock } from '../versions/write-lock.ts';
import { markNewest, refuseStalePush } from './newest-pushed.ts';
import { holdProject } from '../observe/hold-project.ts';

export interface PushOptions {
  /** Also upload versions that are not on the line of the current one. */
  readonly all: boolean;
}

interface PushResult {
  /** Versions that were uploaded, by number. */
  readonly pushed: readonly { readonly number: number; readonly reference: string; readonly digest: Digest }[];
  /** Numbers of versions that are neither in the registry nor on this machine. */
  readonly absent: readonly number[];
  /** Numbers of versions that were left out because they are not on the line of the current one. */
  readonly skipped: readonly number[];
}

/** Requests to a registry at once. */
const width = 8;

/**
 * Uploads the versions of the current line, and those that the registry has
 * lost although the lock calls them pushed. Each is recorded in the lock as soon
 * as the registry confirms its digest: an interrupted push continues there.
 */
export async function push(context: Context, { all }: PushOptions): Promise<PushResult> {
  return holdProject(context, 'push', async (opened, held) => {
    let project = opened;
    const { lock, environment } = project;
    const repository = requireRepository(environment);
    if (lock === undefined)
      throw new DevenvError('VERSION_NOT_FOUND', 'There is no version to push yet.', {
        hint: 'Run `devenv up` first.',
      });
    const newest = await refuseStalePush(context, lock, repository);
    const lost = await findLost(context, repository, lock);
    const line = new Set(all ? lock.versions : listLine(lock));
    const wanted = lock.versions.filter((one) => lost.has(one) || (one.digest === undefined && line.has(one)));
    const pushed: { number: number; reference: string; digest: Digest }[] = [];
    const absent: number[] = [];
    for (const version of wanted) {
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
    const skipped = lock.versions.filter((one) => one.digest === undefined && !line.has(one));
    return { pushed, absent, skipped: skipped.map(({ number }) => number) };
  });
}

/** The current version and those before it. A rollback continues at the version that it went back to. */
function listLine(lock: Lock): readonly Version[] {
  const line: Version[] = [];
  for (let version = findVersion(lock, lock.current); version !== undefined;) {
    line.push(version);
    const { kind, from, parent, number }: Version = version;
    const before: number | undefined = kind === 'rollback' ? from : parent;
    // Numbers fall, so this ends even for a lock edited by hand.
    version = before !== undefined && before < number ? findVersion(lock, before) : undefined;
  }
  return line;
}

/** Versions that the lock calls pushed and the registry does not have. */
async function findLost(context: Context, repository: string, { versions }: Lock): Promise<ReadonlySet<Version>> {
  const { images } = await context.engine();
  const lost = new Set<Version>();
  await inFew(versions, width, async (version) => {
    if (version.digest === undefined) return;
    const pinned = `${repository}@${version.digest}`;
    const { auth } = await transferOptions(context, pinned);
    if ((await images.resolveDigest(pinned, auth)) === undefined) lost.add(version);
  });
  return lost;
}

async function pushVersion(
  context: Context,
  project: Project,
  repository: string,
  version: Version,
): Promise<{ readonly reference: string; readonly digest: Digest } | undefined> {
  const { images } = await context.engine();
  const name = project.environment.name;
  if ((await findVersionImage(images, name, version)) === undefined) return undefined;
  const reference = `${repository}:${versionTag(version)}`;
  return inTask(context.progress, `Pushing version ${String(version.number)}`, async (task) => ({
    reference,
    digest: await pushImage(context, localReference(name, version), reference, task),
  }));
}

function withDigest(lock: Lock, number: number, digest: Digest): Lock {
  return {
    ...lock,
    versions: lock.versions.map((version) => (version.number === number ? { ...version, digest } : version)),
  };
}
