import { history } from '../versions/history.ts';
import { renderHistory } from '../screen/render/render-history.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class History extends BaseCommand {
  static override summary = 'List versions: who made them, when and why.';
  static override description =
    'Lists the newest version first, with a summary of its changes. The lines on the left show which version extends which; * marks the current one.';
  static override examples = ['<%= config.bin %> history', '<%= config.bin %> history --json'];

  async run(): Promise<object> {
    const { flags } = await this.parse(History);
    const { current, versions } = await history(await this.open(flags));
    await this.page(
      current === undefined ? 'No versions. Build the first one with `devenv up`.' : renderHistory(versions),
    );
    return { current: current ?? null, versions };
  }
}
