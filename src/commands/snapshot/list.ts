import { listSnapshots } from '../../snapshots/list.ts';
import { renderSnapshots } from '../../screen/render/render-snapshots.ts';
import { findWidth } from '../../screen/terminal/find-width.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { workspaceFlag } from '../../start/flags.ts';

export default class SnapshotList extends BaseCommand {
  static override summary = 'List the snapshots of the workspace.';
  static override description =
    'Automatic snapshots, taken before `destroy`, `reset` and `snapshot restore`, are kept for seven days.';
  static override examples = ['<%= config.bin %> snapshot list', '<%= config.bin %> snapshot list --json'];
  static override flags = { name: workspaceFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(SnapshotList);
    const snapshots = await listSnapshots(await this.open(flags), flags.name);
    this.log(
      snapshots.length === 0
        ? 'No snapshots. Create one with `devenv snapshot create`.'
        : renderSnapshots(snapshots, findWidth()),
    );
    return { snapshots };
  }
}
