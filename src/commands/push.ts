import * as Flags from '@oclif/core/flags';
import { renderPush } from '../screen/render/render-push.ts';
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
    this.log(renderPush(result));
    return result;
  }
}
