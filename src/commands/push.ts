import { push } from '../share/push.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Push extends BaseCommand {
  static override summary = 'Upload new versions to the registry.';
  static override description =
    'Uploads to the repository that `image` in devenv.yaml names, with the login of `docker login`. Records the digest of each version in devenv-lock.yaml: commit that file, so that others can pull.';
  static override examples = ['<%= config.bin %> push'];
  static override tidies = true;

  async run(): Promise<object> {
    const { flags } = await this.parse(Push);
    const result = await push(await this.open(flags));
    for (const { number, reference } of result.pushed) this.log(`Pushed version ${String(number)} as ${reference}.`);
    for (const number of result.absent)
      this.log(`Version ${String(number)} is not on this machine. Ask its author to push it.`);
    if (result.pushed.length === 0 && result.absent.length === 0)
      this.log('Nothing to push: the registry has every version.');
    return result;
  }
}
