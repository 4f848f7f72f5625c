import { down } from '../workspace/down.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';

export default class Down extends BaseCommand {
  static override summary = 'Stop the workspace and its services.';
  static override examples = ['<%= config.bin %> down'];
  static override tidies = true;
  static override flags = { name: workspaceFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(Down);
    const stopped = await down(await this.open(flags), flags.name);
    this.log(stopped ? 'Stopped the workspace. Start it again with `devenv up`.' : 'The workspace is already stopped.');
    return { stopped };
  }
}
