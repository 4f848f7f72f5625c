import { rebase } from '../app/rebase.ts';
import { renderRebase } from '../ui/render-rebase.ts';
import { BaseCommand } from './base-command.ts';

export default class Rebase extends BaseCommand {
  static override summary = 'Replay your versions on top of a newer one, after `devenv resolve`.';
  static override description =
    'What they declare becomes one new version. Where both sides changed the same, devenv.yaml decides. What was committed by hand and is not declared is listed, and stays in the history.';
  static override examples = ['<%= config.bin %> rebase'];
  static override tidies = true;

  async run(): Promise<object> {
    const { flags } = await this.parse(Rebase);
    const result = await rebase(await this.open(flags));
    this.log(renderRebase(result));
    return result;
  }
}
