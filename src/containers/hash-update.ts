import { createHash } from 'node:crypto';
import { currentVersion } from '../lock/version-items.ts';
import type { Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';

/** Hashes what the update hook depends on: the current version and the watched files. Returns hex. */
export async function hashUpdate(
  { files }: Pick<Context, 'files'>,
  { folder, environment, lock }: Project,
): Promise<string> {
  const hash = createHash('sha256').update(lock === undefined ? '' : currentVersion(lock).content);
  for (const path of environment.watch) hash.update(`\0${path}\0${(await files.hash(`${folder}/${path}`)) ?? ''}`);
  return hash.digest('hex');
}
