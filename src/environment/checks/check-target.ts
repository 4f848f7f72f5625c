import { atValue, type Path, type UnplacedProblem } from '../problem.ts';

/** Paths of the image that a workspace does not see. */
export function checkTarget(to: string, path: Path): UnplacedProblem[] {
  if (/^\/workspace(?:\/|$)/.test(to)) {
    return [atValue(path, 'the project folder is mounted at /workspace and would hide the file')];
  }
  if (!/^\/(?:proc|sys|dev)(?:\/|$)/.test(to)) return [];
  return [atValue(path, 'the engine mounts its own folder there and would hide the file')];
}
