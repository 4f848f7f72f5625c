import { reset } from '../workspace/reset.ts';
import { BaseCommand } from '../start/base-command.ts';
import { snapshotFlag } from '../start/snapshot-flag.ts';
import { workspaceFlag } from '../start/workspace-flag.ts';

export default class Reset extends BaseCommand {
  static override summary = 'Discard uncommitted changes in the workspace.';
  static override description =
    'Shows the changes, asks, and recreates the container from its version. Keeps the discarded changes as a snapshot for seven days. The project folder, volumes and caches stay.';
  static override examples = ['<%= config.bin %> reset', '<%= config.bin %> reset --yes'];
  static override tidies = true;
  static override flags = { name: workspaceFlag, snapshot: snapshotFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(Reset);
    const result = await reset(await this.open(flags), { workspace: flags.name, snapshot: flags.snapshot });
    this.log(
      result.dropped.length === 0
        ? 'Nothing to drop: the workspace has nothing that its version lacks.'
        : `The workspace is version ${String(result.version)} again; ${String(result.dropped.length)} changed paths were dropped.`,
    );
    return result;
  }
}
