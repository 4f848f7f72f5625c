import type { BytePath } from '../model/byte-path.ts';
import { compileExcludes } from '../environment/compile-excludes.ts';
import { isExcluded } from '../environment/default-excludes.ts';
import { isOwn } from '../environment/personal-paths.ts';
import type { Project } from './project.ts';

/** Returns a test for paths that a new version leaves out. `chosen`: further globs. */
export function leavingOut(
  { environment }: Project,
  personal: ReadonlySet<BytePath>,
  chosen: readonly string[] = [],
): (path: BytePath) => boolean {
  const excluded = compileExcludes([...environment.commit.exclude, ...chosen]);
  return (path) => isExcluded(path) || excluded(path) || isOwn(personal, path);
}
