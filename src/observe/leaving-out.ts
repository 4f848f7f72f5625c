import { type BytePath, pathFromText, orAbove } from '../model/byte-path.ts';
import { isExcluded } from '../environment/default-excludes.ts';
import { isOwn } from '../environment/personal-paths.ts';
import type { Project } from './project.ts';
import picomatch from 'picomatch';

/** Returns a test for paths that a new version leaves out; `isFolder`: see isExcluded. `chosen`: further globs. */
export function leavingOut(
  { environment }: Project,
  personal: ReadonlySet<BytePath>,
  chosen: readonly string[] = [],
): (path: BytePath, isFolder?: boolean) => boolean {
  const excluded = compileExcludes([...environment.commit.exclude, ...chosen]);
  return (path, isFolder) => isExcluded(path, isFolder) || excluded(path) || isOwn(personal, path);
}

/** Compiles `commit.exclude`: true for a path that matches a glob, or lies in a folder that does. */
export function compileExcludes(globs: readonly string[]): (path: BytePath) => boolean {
  if (globs.length === 0) return () => false;
  return orAbove(picomatch(globs.map(pathFromText), { dot: true, nonegate: true }));
}
