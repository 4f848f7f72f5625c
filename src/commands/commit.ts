import * as Flags from '@oclif/core/flags';
import { commit } from '../app/commit.ts';
import { BaseCommand } from './base-command.ts';
import { workspaceFlag } from './workspace-flag.ts';

export default class Commit extends BaseCommand {
  static override summary = 'Make a new version of what was added inside the workspace.';
  static override description =
    'Captures the workspace\u2019s file system, mounts, caches and temporary files left out, and records it in devenv-lock.yaml. The workspace runs on.';
  static override examples = ['<%= config.bin %> commit -m "add jq"'];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    message: Flags.string({ char: 'm', description: 'What was added, and why.', required: true, helpValue: 'TEXT' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Commit);
    const result = await commit(await this.open(flags), { workspace: flags.name, message: flags.message });
    this.log(
      result.version === undefined
        ? 'Nothing to commit: the workspace has nothing that its version lacks.'
        : `Version ${String(result.version.number)}: ${result.version.message} (${String(result.changes)} changed paths, paused for ${String(result.paused)} ms).\nCommit devenv-lock.yaml and run \`devenv push\` to share it.`,
    );
    return result;
  }
}
