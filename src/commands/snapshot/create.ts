import * as Flags from '@oclif/core/flags';
import { createSnapshot } from '../../snapshots/create.ts';
import { renderSnapshot } from '../../screen/render/render-snapshot.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { workspaceFlag } from '../../start/flags.ts';

export default class SnapshotCreate extends BaseCommand {
  static override summary = 'Create a snapshot of the workspace: file system, volumes and data of services.';
  static override description =
    'Pauses everything during the copy, so that the copy is of one moment. A service with `quiesce` in devenv.yaml keeps running. The copy stays on the machine of the engine.';
  static override examples = ['<%= config.bin %> snapshot create -m "before the migration"'];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    message: Flags.string({ char: 'm', description: 'Message of the snapshot.', default: '', helpValue: 'TEXT' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(SnapshotCreate);
    const snapshot = await createSnapshot(await this.open(flags), { workspace: flags.name, message: flags.message });
    this.log(renderSnapshot(snapshot));
    return { snapshot };
  }
}
