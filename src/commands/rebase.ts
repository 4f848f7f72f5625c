import * as Flags from '@oclif/core/flags';
import { rebase } from '../capture/carry/rebase.ts';
import { renderRebase } from '../screen/render/render-rebase.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Rebase extends BaseCommand {
  static override summary = 'Replay your versions on top of a newer one, after `devenv resolve`.';
  static override description =
    'Your versions become one new version: devenv builds what they declare and applies the files that were changed by hand. If both sides declare the same item differently, devenv.yaml decides. If both changed the same file, you do.';
  static override examples = ['<%= config.bin %> rebase', '<%= config.bin %> rebase --take theirs'];
  static override tidies = true;
  static override flags = {
    take: Flags.option({
      description: 'Which files to keep if both sides changed them.',
      options: ['mine', 'theirs'] as const,
    })(),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Rebase);
    const result = await rebase(await this.open(flags), { take: flags.take });
    this.log(renderRebase(result));
    return result;
  }
}
