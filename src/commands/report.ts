import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../start/base-command.ts';
import { renderReport } from '../screen/report/render-report.ts';
import { report } from '../share/report.ts';

export default class Report extends BaseCommand {
  static override summary = 'Write a page about the environment for the team: versions, packages, sizes, services.';
  static override description =
    'The page is one file that a browser opens from the disk, without a network: how to start, the versions with authors and changes, the difference between any two of them, what takes the space, all packages with a search, services and ports. Values of variables and secrets are not in it. Pulls the current version if it is not on this machine; without an engine, the page has no packages and sizes.';
  static override examples = [
    '<%= config.bin %> report -o report.html',
    '<%= config.bin %> report -o report.html --force',
  ];
  static override tidies = true;
  static override flags = {
    output: Flags.string({
      ...{ char: 'o', helpValue: 'FILE', required: true },
      description: 'Write to this file.',
    }),
    force: Flags.boolean({ char: 'f', description: 'Replace a file that exists.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Report);
    const { output, force } = flags;
    const written = await report(await this.open(flags), { output, force, render: renderReport });
    this.log(`Wrote ${written.output}.`);
    return written;
  }
}
