import { compileExcludes } from '../config/compile-excludes.ts';
import { isExcluded } from '../drift/default-excludes.ts';
import { isOwn } from '../drift/personal-paths.ts';
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
