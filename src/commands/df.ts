import { df } from '../machine/df.ts';
import { renderSpace } from '../screen/render-space.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Df extends BaseCommand {
  static override summary = 'Show what takes space on the engine and on this machine.';
  static override description =
    'Counts each layer once: for the project whose versions alone have it, else as shared. Counts of versions, containers, volumes and snapshots are in brackets.';
  static override examples = ['<%= config.bin %> df', '<%= config.bin %> df --json'];

  async run(): Promise<object> {
    const { flags } = await this.parse(Df);
    const report = await df(await this.open(flags));
    this.log(renderSpace(report));
    return report;
  }
}
