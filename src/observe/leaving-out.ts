import type { BytePath } from '../model/byte-path.ts';
import { compileExcludes } from '../environment/compile-excludes.ts';
import { isExcluded } from '../environment/default-excludes.ts';
import { isOwn } from '../environment/personal-paths.ts';
import type { Project } from './project.ts';

/** Returns a test for paths that a new version leaves out; `isFolder`: see isExcluded. `chosen`: further globs. */
export function leavingOut(
  { environment }: Project,
  personal: ReadonlySet<BytePath>,
  chosen: readonly string[] = [],
): (path: BytePath, isFolder?: boolean) => boolean {
  const excluded = compileExcludes([...environment.commit.exclude, ...chosen]);
  return (path, isFolder) => isExcluded(path, isFolder) || excluded(path) || isOwn(personal, path);
}
