import { createHash } from 'node:crypto';

/**
 * The engine's name of what belongs to one workspace: a name that people
 * recognise and that no other folder's workspace has. Without `part` its
 * container (and its network); with it a service or a volume of that name.
 */
export function nameResource(project: string, folder: string, workspace: string, part?: string): string {
  const suffix = createHash('sha256').update(folder).digest('hex').slice(0, 8);
  const name = workspace === 'main' ? `devenv-${project}-${suffix}` : `devenv-${project}-${suffix}-${workspace}`;
  return part === undefined ? name : `${name}.${part}`;
}
