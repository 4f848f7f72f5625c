import * as Args from '@oclif/core/args';
import { rollback } from '../workspace/rollback.ts';
import { sanitizeLine } from '../screen/sanitize.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Rollback extends BaseCommand {
  static override summary = 'Make an older version current, as a new entry in the history.';
  static override description =
    'Offers to edit devenv.yaml to match, so that the next `devenv up` moves the workspace and builds nothing.';
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
    if (result.edited) this.log('devenv.yaml was edited to match.');
    if (result.byHand.length > 0) {
      this.log('devenv.yaml still asks for something else, which the next `devenv up` would build. To prevent that:');
      for (const line of result.byHand) this.log(sanitizeLine(`  ${line}`));
    }
    if (result.unsaved > 0) {
      this.log(
        `The workspace holds ${String(result.unsaved)} changes that no version has: \`devenv up\` refuses to drop them without --discard.`,
      );
    }
    return result;
  }
}
