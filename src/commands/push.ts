import * as Flags from '@oclif/core/flags';
import { push } from '../share/push.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Push extends BaseCommand {
  static override summary = 'Upload new versions to the registry.';
  static override description =
    'Uploads the versions that the current one came from to the repository that `image` in devenv.yaml names, with the login of `docker login`. Versions that were rolled back or rebased stay on this machine. Uploads again what the registry has lost. Records the digest of each version in devenv-lock.yaml: commit that file, so that others can pull.';
  static override examples = ['<%= config.bin %> push', '<%= config.bin %> push --all'];
  static override tidies = true;
  static override flags = {
    all: Flags.boolean({ description: 'Also upload versions that were rolled back or rebased.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Push);
    const result = await push(await this.open(flags), { all: flags.all });
    for (const { number, reference } of result.pushed) this.log(`Pushed version ${String(number)} as ${reference}.`);
    if (result.pushed.length > 0) this.log('Commit devenv-lock.yaml to git: teammates get what it names.');
    for (const number of result.absent)
      this.log(`Version ${String(number)} is not on this machine. Ask its author to push it.`);
    if (result.pushed.length === 0 && result.absent.length === 0)
      this.log('Nothing to push: the registry has every version of this line.');
    if (result.skipped.length > 0)
      this.log(
        `Not pushed, because rolled back or rebased: ${result.skipped.join(', ')}. Upload with \`devenv push --all\`.`,
      );
    return result;
  }
}
