import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { diff } from '../versions/diff.ts';
import { renderDiff } from '../screen/render/render-diff.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Diff extends BaseCommand {
  static override summary = 'Compare two versions: packages, declarations, variables, size, files.';
  static override description =
    'Without numbers, compares the current version with the one before it. With one number, compares that version with the current one. Pulls versions that are not on this machine.';
  static override examples = ['<%= config.bin %> diff', '<%= config.bin %> diff 2 5 --files'];
  static override args = {
    before: Args.integer({ description: 'Number of the older version.', min: 1 }),
    after: Args.integer({ description: 'Number of the newer version. Default: the current one.', min: 1 }),
  };
  static override tidies = true;
  static override flags = {
    files: Flags.boolean({ description: 'Also compare files: paths, types, modes, owners, sizes, contents.' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Diff);
    const result = await diff(await this.open(flags), {
      ...(args.before !== undefined && { before: args.before }),
      ...(args.after !== undefined && { after: args.after }),
      files: flags.files,
    });
    await this.page(renderDiff(result));
    return result;
  }
}
