import * as Flags from '@oclif/core/flags';
import { manageTrust } from '../machine/trust.ts';
import { renderTrust } from '../screen/render/render-trust.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Trust extends BaseCommand {
  static override summary = 'Agree to what a project asks of your machine.';
  static override description =
    'Lists the folders outside the project that are mounted, the programs that run on this machine, the rights on it, the variables of your environment and the git logins that the project asks for, each exactly as it would be used, and asks once. Your answer holds for this folder on this machine; whatever is added or changed later is a new question. In scripts, `--yes` agrees to all that is asked for now.';
  static override examples = [
    '<%= config.bin %> trust',
    '<%= config.bin %> trust --yes',
    '<%= config.bin %> trust --show',
    '<%= config.bin %> trust --revoke',
  ];
  static override flags = {
    show: Flags.boolean({
      description: 'List what is asked for and what you agreed to; ask nothing.',
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
