import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { updateSelf } from '../../machine/self/update.ts';
import { BaseCommand } from '../../start/base-command.ts';
import type { OwnConfig } from '../../start/create-config.ts';
import { renderUpdate } from '../../screen/render-update.ts';
import { recordNewest } from '../../start/record-newest.ts';

export default class SelfUpdate extends BaseCommand {
  static override summary = 'Update devenv itself.';
  static override description =
    'Fetches the newest version, or the given one, from the npm registry, verifies its sha512, and replaces the installed program at once. If another program installed devenv, such as apt, the command names what updates it.';
  static override examples = [
    '<%= config.bin %> self update',
    '<%= config.bin %> self update 0.2.0',
    '<%= config.bin %> self update --check',
  ];
  static override args = { version: Args.string({ description: 'The version to install. Default: the newest.' }) };
  static override flags = {
    check: Flags.boolean({ description: 'Say whether there is a newer version, and install nothing.', default: false }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(SelfUpdate);
    const { name, version: current, program } = this.config as OwnConfig;
    const update = await updateSelf(await this.open(flags), {
      ...{ name, current, program, check: flags.check },
      ...(args.version !== undefined && { wanted: args.version }),
    });
    if (args.version === undefined) recordNewest(update.available);
    this.log(renderUpdate(update));
    return update;
  }
}
