import { history } from '../app/history.ts';
import { renderHistory } from '../ui/render-history.ts';
import { BaseCommand } from './base-command.ts';

export default class History extends BaseCommand {
  static override summary = 'List the versions: who made them, when and why.';
  static override examples = ['<%= config.bin %> history', '<%= config.bin %> history --json'];

  async run(): Promise<object> {
    const { flags } = await this.parse(History);
    const lock = await history(await this.open(flags));
    this.log(lock === undefined ? 'No versions yet. `devenv up` builds the first.' : renderHistory(lock));
    return { current: lock?.current ?? null, versions: lock?.versions ?? [] };
  }
}
