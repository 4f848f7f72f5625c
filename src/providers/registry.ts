import type { Environment } from '../model/environment.ts';
import { apt } from './apt.ts';
import { files } from './files.ts';
import { node } from './node.ts';
import { npm } from './npm.ts';
import type { Provider } from './provider.ts';
import { inputsOf, run } from './run.ts';
import { user } from './user.ts';

/** In the order in which their steps run: each may use what those before it brought. */
export const providers: readonly Provider[] = [user, apt, node, npm, files, run];

/** Project paths whose content shapes the image, sorted: the caller hashes them for `items`. */
export function hashedPaths(environment: Environment): readonly string[] {
  const paths = [...environment.files.map(({ from }) => from), ...environment.run.flatMap(inputsOf)];
  return [...new Set(paths)].sort();
}
