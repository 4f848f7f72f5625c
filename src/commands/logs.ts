import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { logs } from '../session/logs.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/flags.ts';
import { parseSince } from '../start/parse-time.ts';

export default class Logs extends BaseCommand {
  static override summary = 'Show the output of a service or of the workspace.';
  static override examples = [
    '<%= config.bin %> logs db',
    '<%= config.bin %> logs db -f --since 10m',
    '<%= config.bin %> logs --tail 20',
  ];
  static override enableJsonFlag = false;
  static override streams = true;
  static override args = { service: Args.string({ description: 'Service to show. Default: the workspace.' }) };
  static override flags = {
    name: workspaceFlag,
    follow: Flags.boolean({ char: 'f', description: 'Stream new output.', default: false }),
    tail: Flags.integer({ description: 'Show only the last lines.', min: 0, helpValue: 'LINES' }),
    since: Flags.string({ description: 'Show output since a time: 10m, 2h, or a date.', helpValue: 'TIME' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Logs);
    const since = flags.since === undefined ? undefined : parseSince(flags.since);
    await logs(await this.open(flags), {
      workspace: flags.name,
      ...(args.service !== undefined && { service: args.service }),
      follow: flags.follow,
      ...(flags.tail !== undefined && { tail: flags.tail }),
      ...(since !== undefined && { since }),
      stdout: process.stdout,
      stderr: process.stderr,
    });
  }
}
