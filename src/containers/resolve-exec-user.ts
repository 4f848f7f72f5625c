import { withGitTrust } from '../model/git-trust.ts';
import { personalCache } from '../image/cache-variables.ts';
import type { ExecDefaults } from '../model/workspace.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** Who commands run as, and with which variables. `record` is absent where nothing is known of the container. */
export function resolveExecUser(
  { user, env }: ExecDefaults,
  record: WorkspaceRecord | undefined,
): { readonly user: string; readonly env: readonly string[] } {
  if (record?.owners.kind !== 'numeric') return { user, env: user === '0:0' ? withGitTrust(env) : env };
  // The home folder in the image is another number's.
  return {
    user: record.owners.user,
    env: [...env.filter((entry) => !entry.startsWith('HOME=')), `HOME=${personalCache}`],
  };
}
