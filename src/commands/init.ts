import { readFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { init } from '../workspace/init.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Init extends BaseCommand {
  static override summary = 'Create a devenv.yaml.';
  static override description = 'Never overwrites an existing file.';
  static override examples = ['<%= config.bin %> init', '<%= config.bin %> init --base debian:bookworm-slim'];
  static override tidies = true;
  static override flags = {
    base: Flags.string({
      description: 'Image to start from. Default: a base assembled from the Debian mirror.',
      helpValue: 'IMAGE',
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Init);
    const template = await readFile(`${this.config.root}/templates/devenv.yaml`, 'utf8');
    const result = await init(await this.open(flags), {
      template,
      ...(flags.base !== undefined && { base: flags.base }),
    });
    this.log(`Created ${result.path}. Review it, then run \`devenv up\`.`);
    return result;
  }
}
