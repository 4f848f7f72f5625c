import * as Args from '@oclif/core/args';
import { rollback } from '../workspace/rollback.ts';
import { formatCount } from '../model/format-count.ts';
import { sanitizeLine } from '../screen/sanitize.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Rollback extends BaseCommand {
  static override summary = 'Make an older version current, as a new entry in the history.';
  static override description =
    'Offers to edit devenv.yaml to match, so that the next `devenv up` moves the workspace without a build.';
  static override examples = ['<%= config.bin %> rollback 2'];
  static override args = {
    version: Args.integer({ description: 'Number of the version, as in `devenv history`.', required: true, min: 1 }),
  };
  static override tidies = true;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Rollback);
    const result = await rollback(await this.open(flags), args.version);
    this.log(
      `Rolled back to version ${String(args.version)}, as version ${String(result.version.number)}. Run \`devenv up\` to move the workspace to it.`,
    );
    if (result.edited) this.log('Edited devenv.yaml to match.');
    if (result.byHand.length > 0) {
      this.log(
        'devenv.yaml still differs from this version: the next `devenv up` would build a new one. To prevent that:',
      );
      for (const line of result.byHand) this.log(sanitizeLine(`  ${line}`));
    }
    if (result.unsaved > 0) {
      this.log(
        `The workspace has ${formatCount(result.unsaved, 'uncommitted change')}. Take them along with \`devenv up --carry\`, or discard them with \`devenv up --discard\`.`,
      );
    }
    return result;
  }
}
