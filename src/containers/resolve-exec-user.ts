import { withGitTrust } from '../model/git-trust.ts';
import { personalCache } from '../image/cache-variables.ts';
import type { ExecDefaults } from '../model/workspace.ts';
import type { WorkspaceRecord } from './workspace-record.ts';

/** Resolves user and variables of commands. `record` is absent if nothing is known of the container. */
export function resolveExecUser(
  { user, env }: ExecDefaults,
  record: WorkspaceRecord | undefined,
): { readonly user: string; readonly env: readonly string[] } {
  const own = record?.shell === undefined ? env : [`SHELL=${record.shell}`, ...env];
  if (record?.owners.kind !== 'numeric') return { user, env: user === '0:0' ? withGitTrust(own) : own };
  // The home folder in the image belongs to another number.
  return {
    user: record.owners.user,
    env: [...own.filter((entry) => !entry.startsWith('HOME=')), `HOME=${personalCache}`],
  };
}
