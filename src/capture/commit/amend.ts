import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import type { Lock, Version } from '../../model/version.ts';
import { currentVersion } from '../../lock/version-items.ts';
import type { Images } from '../../ports/images.ts';
import type { Held } from '../../ports/project-lock.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import { recordLabels } from '../../versions/record-version.ts';
import { requireLock } from '../../versions/require-version.ts';
import { findVersionImage, localReference } from '../../observe/version-image.ts';
import { writeLock } from '../../versions/write-lock.ts';

/** The current version, if it was never pushed. Throws VERSION_PUSHED, or USAGE if it is no commit. */
export function requireAmendable(lock: Lock): Version {
  const version = currentVersion(lock);
  const number = String(version.number);
  if (version.kind !== 'commit') {
    throw new DevenvError('USAGE', `Version ${number} is not a commit; only a commit can be amended.`, {
      hint: 'Make a new version with `devenv commit`.',
    });
  }
  if (version.digest !== undefined) {
    throw new DevenvError('VERSION_PUSHED', `Version ${number} (${version.message}) is pushed: others may have it.`, {
      state: 'Nothing was changed.',
    });
  }
  const above = lock.versions.find(({ parent, from }) => parent === version.number || from === version.number);
  if (above === undefined) return version;
  throw new DevenvError('USAGE', `Version ${String(above.number)} stands on version ${number}.`, {
    hint: 'Make a new version with `devenv commit`.',
  });
}

/**
 * Changes the message of the current version, in its image's record and in the
 * lock. After a kill between the two the same command finishes it.
 */
export async function amendMessage(
  context: Context,
  held: Held,
  project: Project,
  amended: Version,
  message: string,
): Promise<Version> {
  const engine = await context.engine();
  const lock = requireLock(project);
  const version: Version = { ...amended, message };
  const reference = localReference(lock.name, version);
  const image = await findVersionImage(engine.images, lock.name, amended);
  held.check();
  if (image !== undefined) {
    await engine.images.label(image.id, reference, recordLabels(lock.name, version));
    await context.failpoints.reach('amend:named');
  }
  await writeLock(context, held, project, replaceVersion(lock, version));
  return version;
}

/** Removes the name of the replaced image. The engine keeps the image while a container uses it. */
export async function removeReplaced(images: Images, project: string, before: Version, after: Version): Promise<void> {
  if (before.content === after.content) return;
  await images.remove(localReference(project, before)).catch((error: unknown) => {
    if (!hasCode(error, 'ENGINE_REFUSED')) throw error;
  });
}

/** The lock with one version replaced. */
function replaceVersion(lock: Lock, version: Version): Lock {
  return { ...lock, versions: lock.versions.map((known) => (known.number === version.number ? version : known)) };
}
