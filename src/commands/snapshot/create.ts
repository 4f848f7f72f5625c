import * as Flags from '@oclif/core/flags';
import { createSnapshot } from '../../snapshots/create.ts';
import { renderSnapshot } from '../../screen/render/render-snapshot.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { workspaceFlag } from '../../start/workspace-flag.ts';

export default class SnapshotCreate extends BaseCommand {
  static override summary = 'Keep the workspace as it is now: file system, volumes and services\u2019 data.';
  static override description =
    'Everything is paused for the time of the copy, so that it is of one moment; a service with `quiesce` in devenv.yaml runs on. The copy stays on the engine\u2019s machine.';
  static override examples = ['<%= config.bin %> snapshot create -m "before the migration"'];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    message: Flags.string({ char: 'm', description: 'What it is for.', default: '', helpValue: 'TEXT' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(SnapshotCreate);
    const snapshot = await createSnapshot(await this.open(flags), { workspace: flags.name, message: flags.message });
    this.log(renderSnapshot(snapshot));
    return { snapshot };
  }
}
