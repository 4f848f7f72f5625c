import { DevenvError } from '../errors/devenv-error.ts';
import type { Environment } from '../model/environment.ts';

/** The repository of a project's versions. Throws CONFIG_INVALID if devenv.yaml names none. */
export function requireRepository({ image }: Environment): string {
  if (image !== undefined) return image;
  throw new DevenvError('CONFIG_INVALID', 'devenv.yaml has no `image`, so the project has no registry.', {
    hint: 'Add a repository: `image: registry.example.com/team/env`.',
  });
}
