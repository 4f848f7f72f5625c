import * as Flags from '@oclif/core/flags';
import { destroy, dryRunDestroy } from '../workspace/destroy.ts';
import { renderOperations } from '../screen/render/render-operations.ts';
import { renderDestroy } from '../screen/render/render-destroy.ts';
import { BaseCommand } from '../start/base-command.ts';
import { discardFlag, dryRunFlag, snapshotFlag, workspaceFlag } from '../start/flags.ts';

export default class Destroy extends BaseCommand {
  static override summary = 'Remove the workspace and its services.';
  static override description =
    'Keeps versions, volumes, caches and your project. Refuses if the workspace has uncommitted changes, unless you add --discard. Keeps what it discards as a snapshot for seven days. If the project folder is gone, name it with -C, as `devenv ls` shows it.';
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
    discard: discardFlag,
    volumes: Flags.boolean({ description: 'Also remove the volumes of the workspace and its services.' }),
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
