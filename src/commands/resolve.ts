import { resolve } from '../versions/resolve.ts';
import { sanitizeLine } from '../screen/sanitize.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Resolve extends BaseCommand {
  static override summary = 'Resolve merge conflicts in devenv-lock.yaml.';
  static override description =
    'Keeps the versions of both sides. The side that was pushed keeps its numbers and stays current; the versions of the other side get higher numbers. `devenv rebase` then replays them on top.';
  static override examples = ['<%= config.bin %> resolve && <%= config.bin %> rebase'];
  static override tidies = true;

  async run(): Promise<object> {
    const { flags } = await this.parse(Resolve);
    const result = await resolve(await this.open(flags));
    if (!result.conflict) this.log('Nothing to resolve: devenv-lock.yaml has no merge conflicts.');
    else
      this.log(
        `Resolved devenv-lock.yaml: it has the versions of both sides, and version ${String(result.current)} is current.`,
      );
    for (const { before, after, message } of result.renumbered) {
      this.log(sanitizeLine(`  version ${String(before)} (${message}) is now version ${String(after)}`));
    }
    if (result.aside.length > 0) {
      this.log('Resolve conflicts in devenv.yaml if there are any, then run `devenv rebase` to replay these versions.');
    }
    return result;
  }
}
