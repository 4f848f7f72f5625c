import { formatCount } from '../model/format-count.ts';
import { reset } from '../workspace/reset.ts';
import { BaseCommand } from '../start/base-command.ts';
import { snapshotFlag, workspaceFlag } from '../start/flags.ts';

export default class Reset extends BaseCommand {
  static override summary = 'Discard uncommitted changes in the workspace.';
  static override description =
    'Shows the changes, asks, and recreates the container from its version. Keeps the discarded changes as a snapshot for seven days. Does not touch the project folder, volumes and caches.';
  static override examples = ['<%= config.bin %> reset', '<%= config.bin %> reset --yes'];
  static override tidies = true;
  static override flags = { name: workspaceFlag, snapshot: snapshotFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(Reset);
    const result = await reset(await this.open(flags), { workspace: flags.name, snapshot: flags.snapshot });
    this.log(
      result.dropped.length === 0
        ? 'Nothing to discard: the workspace has no uncommitted changes.'
        : `Reset the workspace to version ${String(result.version)}: discarded ${formatCount(result.dropped.length, 'changed path')}.`,
    );
    return result;
  }
}
