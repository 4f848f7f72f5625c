import { restoreSnapshot } from '../../snapshots/restore.ts';
import { renderRestore } from '../../screen/render/render-restore.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { fromFlag, snapshotArgument, snapshotFlag, workspaceFlag } from '../../start/flags.ts';

export default class SnapshotRestore extends BaseCommand {
  static override summary = 'Restore the workspace from a snapshot.';
  static override description =
    'Restores file system, volumes and data of services, all or nothing. Keeps the current state as a snapshot first. If there is nothing of the workspace that --name names, makes it of a snapshot of another one. The project folder and the versions do not change.';
  static override examples = [
    '<%= config.bin %> snapshot restore 3',
    '<%= config.bin %> snapshot restore 3 --name review',
  ];
  static override tidies = true;
  static override args = { number: snapshotArgument };
  static override flags = {
    name: workspaceFlag,
    from: fromFlag('Workspace that the snapshot is of. Default: that of --name; main if there is nothing of it yet.'),
    snapshot: snapshotFlag,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SnapshotRestore);
    const result = await restoreSnapshot(await this.open(flags), {
      workspace: flags.name,
      from: flags.from,
      number: args.number,
      snapshot: flags.snapshot,
    });
    this.log(renderRestore(result));
    return result;
  }
}
