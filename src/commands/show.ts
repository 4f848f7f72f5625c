import * as Args from '@oclif/core/args';
import { show } from '../versions/show.ts';
import { renderShow } from '../screen/render/render-show.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Show extends BaseCommand {
  static override summary = 'Show one version: its record, changes, declarations and layers.';
  static override examples = ['<%= config.bin %> show', '<%= config.bin %> show 3 --json'];
  static override args = {
    version: Args.integer({ description: 'Number of the version. Default: the current one.', min: 1 }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Show);
    const shown = await show(await this.open(flags), args.version);
    await this.page(renderShow(shown));
    return shown;
  }
}
