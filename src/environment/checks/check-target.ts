import { defaultFolder } from '../../model/environment.ts';
import { atValue, type Path, type UnplacedProblem } from '../problem.ts';

/** Paths of the image that a workspace does not see. `folder`: where devenv.yaml has the project. */
export function checkTarget(to: string, folder: unknown, path: Path): UnplacedProblem[] {
  const project = typeof folder === 'string' ? folder.replace(/\/$/, '') : defaultFolder;
  if (`${to}/`.startsWith(`${project}/`)) {
    return [atValue(path, `the project folder is mounted at ${project} and would hide the file`)];
  }
  if (!/^\/(?:proc|sys|dev)(?:\/|$)/.test(to)) return [];
  return [atValue(path, 'the engine mounts its own folder there and would hide the file')];
}
