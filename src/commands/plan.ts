import * as Flags from '@oclif/core/flags';
import { plan } from '../image/plan.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Plan extends BaseCommand {
  static override summary = 'Show what a build would do, and why. Changes nothing.';
  static override examples = [
    '<%= config.bin %> plan',
    '<%= config.bin %> plan --exit-code',
    '<%= config.bin %> plan --clean',
  ];
  static override flags = {
    clean: Flags.boolean({ description: 'Plan a build from the base.' }),
    'exit-code': Flags.boolean({ description: 'Exit with 6 when something would be done.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Plan);
    const result = await plan(await this.open(flags), { clean: flags.clean });
    for (const line of result.lines) this.log(line);
    if (flags['exit-code'] && result.plan.kind !== 'none') process.exitCode = 6;
    return result.plan;
  }
}
