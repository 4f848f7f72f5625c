import { DevenvError } from '../errors/devenv-error.ts';
import type { Version } from '../model/version.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Context } from '../ports/context.ts';
import { readProject } from '../observe/project.ts';
import { findVersionImage, provideVersion } from '../observe/version-image.ts';

export interface PullResult {
  readonly version: Version;
  /** False where the engine had it already. */
  readonly pulled: boolean;
}

/** Gets the current version's image without touching the workspace. */
export async function pull(context: Context): Promise<PullResult> {
  const { lock, environment } = await readProject(context);
  if (lock === undefined)
    throw new DevenvError('VERSION_NOT_FOUND', 'This project has no version yet.', {
      hint: 'Run `devenv up` to build one.',
    });
  const version = currentVersion(lock);
  const here = await findVersionImage(await context.engine(), environment.name, version);
  if (here === undefined) await provideVersion(context, environment, version);
  return { version, pulled: here === undefined };
}
