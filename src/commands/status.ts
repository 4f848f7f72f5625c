import { status } from '../workspace/status.ts';
import { renderStatus } from '../screen/render/render-status.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';

export default class Status extends BaseCommand {
  static override summary = 'Show the state of the project: devenv.yaml, lock, workspace and services.';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json'];
  static override flags = { name: workspaceFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(Status);
    const result = await status(await this.open(flags), flags.name);
    this.log(renderStatus(result));
    return result;
  }
}
