import { pushSnapshot } from '../../snapshots/push.ts';
import { renderSeed } from '../../screen/render/render-snapshot.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { allowFlag, snapshotArgument, workspaceFlag } from '../../start/flags.ts';

export default class SnapshotPush extends BaseCommand {
  static override summary = 'Upload the volumes of a snapshot as the initial data of new workspaces.';
  static override description =
    'If devenv.yaml has `data: seed`, the first `devenv up` of a workspace fills its volumes with this data before services start. Existing volumes are never changed. Refuses data that looks like a secret. Everybody who can pull the image can read the data.';
  static override examples = ['<%= config.bin %> snapshot push 3'];
  static override tidies = true;
  static override args = { number: snapshotArgument };
  static override flags = {
    name: workspaceFlag,
    allow: allowFlag,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SnapshotPush);
    const { name, allow } = flags;
    const pushed = await pushSnapshot(await this.open(flags), { workspace: name, number: args.number, allow });
    this.log(renderSeed(pushed));
    return pushed;
  }
}
