import { removeSnapshots } from '../../snapshots/remove.ts';
import { renderRemoved } from '../../screen/render/render-snapshot.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { snapshotArgument, workspaceFlag } from '../../start/flags.ts';

export default class SnapshotRm extends BaseCommand {
  static override summary = 'Remove a snapshot permanently.';
  static override examples = ['<%= config.bin %> snapshot rm 3'];
  static override tidies = true;
  static override args = { number: snapshotArgument };
  static override flags = { name: workspaceFlag };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SnapshotRm);
    const removed = await removeSnapshots(await this.open(flags), flags.name, [args.number]);
    this.log(renderRemoved(removed));
    return { removed: removed.map(({ number }) => number) };
  }
}
