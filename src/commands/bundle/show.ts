import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { renderBundle } from '../../screen/render-bundle.ts';
import { showBundle } from '../../share/bundle/show.ts';
import { BaseCommand } from '../../start/base-command.ts';

export default class BundleShow extends BaseCommand {
  static override summary = 'Show what a bundle holds.';
  static override description =
    'Lists versions, services and data with their platforms and sizes. Needs neither a project nor an engine.';
  static override examples = [
    '<%= config.bin %> bundle show shop.tar',
    '<%= config.bin %> bundle show shop.tar --verify',
  ];
  static override args = { file: Args.string({ description: 'The bundle.', required: true }) };
  static override flags = {
    verify: Flags.boolean({ description: 'Read every layer, and compare it with its digests.', default: false }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(BundleShow);
    const bundle = await showBundle(await this.open(flags), args.file, flags.verify);
    this.log(renderBundle(bundle));
    return bundle;
  }
}
