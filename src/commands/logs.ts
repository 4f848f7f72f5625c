import * as Flags from '@oclif/core/flags';
import { logs } from '../app/logs.ts';
import { BaseCommand } from './base-command.ts';
import { workspaceFlag } from './workspace-flag.ts';

export default class Logs extends BaseCommand {
  static override summary = 'Show what the workspace\u2019s first process wrote.';
  static override examples = ['<%= config.bin %> logs --tail 20', '<%= config.bin %> logs -f'];
  static override enableJsonFlag = false;
  static override streams = true;
  static override flags = {
    name: workspaceFlag,
    follow: Flags.boolean({ char: 'f', description: 'Go on until the workspace stops.' }),
    tail: Flags.integer({ description: 'Only so many lines from the end.', min: 0, helpValue: 'LINES' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Logs);
    await logs(await this.open(flags), flags.name, {
      follow: flags.follow,
      ...(flags.tail !== undefined && { tail: flags.tail }),
      stdout: process.stdout,
      stderr: process.stderr,
    });
  }
}
