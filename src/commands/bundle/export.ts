import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { renderBundleExport } from '../../screen/render-bundle.ts';
import { exportBundle } from '../../share/bundle/export.ts';
import { BaseCommand } from '../../start/base-command.ts';

export default class BundleExport extends BaseCommand {
  static override summary = 'Write a version as one file, for machines without a registry.';
  static override description =
    'The file is an OCI image layout in a tar, with the image of the version, the images of services, devenv.yaml and devenv-lock.yaml. `docker load`, `podman load` and `skopeo` read it, too. A range such as 1..3 writes only what version 3 has above version 1, without services. The same versions give the same file. An interrupted export continues where it stopped: what is complete is in FILE.part.';
  static override examples = [
    '<%= config.bin %> bundle export -o shop.tar',
    '<%= config.bin %> bundle export 1..3 -o shop-3.tar',
    '<%= config.bin %> bundle export --data -o shop.tar',
  ];
  static override tidies = true;
  static override args = {
    range: Args.string({
      description: 'A version, such as 3, or a range, such as 1..3. Default: the current version.',
    }),
  };
  static override flags = {
    output: Flags.string({
      char: 'o',
      description: 'The file. One that exists is replaced when the new one is complete.',
      helpValue: 'FILE',
      required: true,
    }),
    services: Flags.boolean({
      description: 'Include the images of services. Default: unless a range is given.',
      allowNo: true,
    }),
    data: Flags.boolean({
      description: 'Include the data that `devenv snapshot push` gave to new workspaces.',
      default: false,
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(BundleExport);
    const { output, services, data } = flags;
    const result = await exportBundle(await this.open(flags), { range: args.range, output, services, data });
    this.log(renderBundleExport(result));
    return result;
  }
}
