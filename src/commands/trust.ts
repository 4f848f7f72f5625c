import * as Flags from '@oclif/core/flags';
import { manageTrust } from '../machine/trust.ts';
import { renderTrust } from '../screen/render/render-trust.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Trust extends BaseCommand {
  static override summary = 'Agree to what a project requests of your machine.';
  static override description =
    'Lists the folders outside the project, the programs and rights on this machine, the variables of your environment and the git logins that the project requests, exactly as they would be used, and asks once. Your answer is valid for this folder on this machine. A later addition or change is a new question. In scripts, `--yes` agrees to all current requests.';
  static override examples = [
    '<%= config.bin %> trust',
    '<%= config.bin %> trust --yes',
    '<%= config.bin %> trust --show',
    '<%= config.bin %> trust --revoke',
  ];
  static override flags = {
    show: Flags.boolean({
      description: 'List the requests and what you agreed to, without asking.',
      exclusive: ['revoke'],
    }),
    revoke: Flags.boolean({ description: 'Withdraw your agreement to everything.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Trust);
    const wish = flags.show ? 'show' : flags.revoke ? 'revoke' : 'grant';
    const result = await manageTrust(await this.open(flags), wish);
    this.log(renderTrust(result, wish));
    return result;
  }
}
