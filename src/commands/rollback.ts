import * as Args from '@oclif/core/args';
import { rollback } from '../app/rollback.ts';
import { renderItemsDelta } from '../ui/render-items-delta.ts';
import { BaseCommand } from './base-command.ts';

export default class Rollback extends BaseCommand {
  static override summary = 'Make an older version current, as a new entry of the history.';
  static override description = 'The workspace moves to it at the next `devenv up`.';
  static override examples = ['<%= config.bin %> rollback 2'];
  static override args = {
    version: Args.integer({ description: 'Number of the version, as in `devenv history`.', required: true, min: 1 }),
  };
  static override tidies = true;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Rollback);
    const result = await rollback(await this.open(flags), args.version);
    this.log(
      `Version ${String(result.version.number)} is current: the content of version ${String(args.version)}. Run \`devenv up\` to move the workspace.`,
    );
    for (const line of renderItemsDelta('devenv.yaml still asks for something else:', result.differs)) this.log(line);
    return result;
  }
}
