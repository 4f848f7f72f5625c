import { compileExcludes } from '../environment/compile-excludes.ts';
import { isExcluded } from '../environment/default-excludes.ts';
import { isOwn } from '../environment/personal-paths.ts';
import type { Project } from './project.ts';

/** What the new version is not to have, by path with one character per byte. */
export function leavingOut(
  { environment }: Project,
  personal: ReadonlySet<string>,
  chosen: readonly string[] = [],
): (path: string) => boolean {
  const excluded = compileExcludes([...environment.commit.exclude, ...chosen]);
  return (path) => isExcluded(path) || excluded(path) || isOwn(personal, path);
}
