import * as Args from '@oclif/core/args';
import { restart } from '../workspace/restart.ts';
import { renderUp } from '../screen/render/render-up.ts';
import { BaseCommand } from '../start/base-command.ts';
import { discardFlag, workspaceFlag } from '../start/flags.ts';

export default class Restart extends BaseCommand {
  static override summary = 'Restart a service, or the workspace and all services.';
  static override description = 'Waits until everything is ready, like `devenv up`.';
  static override examples = ['<%= config.bin %> restart db', '<%= config.bin %> restart'];
  static override tidies = true;
  static override args = { service: Args.string({ description: 'Service to restart. Default: everything.' }) };
  static override flags = {
    name: workspaceFlag,
    discard: discardFlag,
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Restart);
    const started = process.hrtime.bigint();
    const options = { workspace: flags.name, frozen: false, discard: flags.discard, strictPorts: false };
    const result = await restart(await this.open(flags), options, args.service);
    this.log(renderUp(result, Number(process.hrtime.bigint() - started) / 1e6));
    return result;
  }
}
