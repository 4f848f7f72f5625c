import * as Flags from '@oclif/core/flags';
import { destroy } from '../app/destroy.ts';
import { BaseCommand } from './base-command.ts';
import { workspaceFlag } from './workspace-flag.ts';

export default class Destroy extends BaseCommand {
  static override summary = 'Remove the workspace; versions, caches and your project stay.';
  static override description =
    'Refuses while the workspace holds changes that no version has, unless told to drop them.';
  static override examples = ['<%= config.bin %> destroy', '<%= config.bin %> destroy --discard --yes'];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    discard: Flags.boolean({ description: 'Drop changes in the workspace that no version has.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Destroy);
    const removed = await destroy(await this.open(flags), { workspace: flags.name, discard: flags.discard });
    this.log(removed === 0 ? 'There was no workspace.' : 'The workspace is gone. `devenv up` makes it anew.');
    return { removed };
  }
}
