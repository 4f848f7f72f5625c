import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../start/base-command.ts';
import { billFormats, sbom } from '../share/sbom.ts';

export default class Sbom extends BaseCommand {
  static override summary = 'Print the bill of materials of a version: every package that it contains.';
  static override description =
    'Lists Debian packages, packages of npm, Python and Ruby wherever they are in the image, and what devenv.yaml installs: tools, programs, downloads and Features, these with hashes. Licences are not examined. The same version gives the same document. Pulls a version that is not on this machine.';
  static override examples = [
    '<%= config.bin %> sbom > shop.spdx.json',
    '<%= config.bin %> sbom 3 --format cyclonedx > shop.cdx.json',
  ];
  static override tidies = true;
  static override args = {
    version: Args.integer({ description: 'Number of the version. Default: the current one.', min: 1 }),
  };
  static override flags = {
    format: Flags.string({
      description: 'SPDX 2.3, or CycloneDX 1.6; both as JSON.',
      options: Object.keys(billFormats),
      default: 'spdx',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Sbom);
    const document = await sbom(await this.open(flags), {
      ...(args.version !== undefined && { version: args.version }),
      format: flags.format as keyof typeof billFormats,
      tool: { name: 'devenv', version: this.config.version },
    });
    this.log(JSON.stringify(document, null, 2));
    return document;
  }
}
