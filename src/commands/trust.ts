import * as Flags from '@oclif/core/flags';
import { manageTrust } from '../machine/trust.ts';
import { renderTrust } from '../screen/render/render-trust.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Trust extends BaseCommand {
  static override summary = 'Agree to what devenv.yaml asks for beyond its containers.';
  static override description =
    'Lists the folders outside the project that are mounted, the programs that run on this machine and the rights that are asked for, each exactly as it would be used, and asks. Your answer holds for this folder on this machine, until one of them changes.';
  static override examples = [
    '<%= config.bin %> trust',
    '<%= config.bin %> trust --show',
    '<%= config.bin %> trust --revoke',
  ];
  static override flags = {
    show: Flags.boolean({ description: 'List it, and whether it is trusted; ask nothing.', exclusive: ['revoke'] }),
    revoke: Flags.boolean({ description: 'End the trust.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Trust);
    const wish = flags.show ? 'show' : flags.revoke ? 'revoke' : 'grant';
    const result = await manageTrust(await this.open(flags), wish);
    this.log(renderTrust(result, wish));
    return result;
  }
}
