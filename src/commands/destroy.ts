import * as Flags from '@oclif/core/flags';
import { destroy, dryRunDestroy } from '../workspace/destroy.ts';
import { renderOperations } from '../screen/render/render-operations.ts';
import { renderDestroy } from '../screen/render/render-destroy.ts';
import { BaseCommand } from '../start/base-command.ts';
import { snapshotFlag } from '../start/snapshot-flag.ts';
import { dryRunFlag } from '../start/dry-run-flag.ts';
import { workspaceFlag } from '../start/workspace-flag.ts';

export default class Destroy extends BaseCommand {
  static override summary = 'Remove the workspace and its services; versions, caches, data and your project stay.';
  static override description =
    'Refuses while the workspace holds changes that no version has, unless told to drop them. What goes for good is kept as a snapshot for seven days.';
  static override examples = [
    '<%= config.bin %> destroy',
    '<%= config.bin %> destroy --dry-run',
    '<%= config.bin %> destroy --discard --yes',
    '<%= config.bin %> destroy --volumes',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    'dry-run': dryRunFlag,
    snapshot: snapshotFlag,
    discard: Flags.boolean({ description: 'Drop changes in the workspace that no version has.' }),
    volumes: Flags.boolean({ description: 'Remove the data as well: the volumes of the workspace and its services.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Destroy);
    const { name: workspace, discard, volumes, snapshot } = flags;
    const options = { workspace, discard, volumes, snapshot };
    if (flags['dry-run']) {
      const operations = await dryRunDestroy(await this.open(flags), options);
      this.log(operations.length === 0 ? 'Nothing to do.' : renderOperations(operations));
      return { operations };
    }
    const result = await destroy(await this.open(flags), options);
    this.log(renderDestroy(result));
    return result;
  }
}
