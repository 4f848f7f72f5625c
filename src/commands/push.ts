import { push } from '../share/push.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Push extends BaseCommand {
  static override summary = 'Send new versions to the registry.';
  static override description =
    'To the repository that devenv.yaml names as `image`, with the login of `docker login`. The lock then holds each version\u2019s digest: commit it, so that others can pull.';
  static override examples = ['<%= config.bin %> push'];
  static override tidies = true;

  async run(): Promise<object> {
    const { flags } = await this.parse(Push);
    const result = await push(await this.open(flags));
    for (const { number, reference } of result.pushed) this.log(`Pushed version ${String(number)} as ${reference}.`);
    for (const number of result.absent)
      this.log(`Version ${String(number)} is not on this machine; its author can push it.`);
    if (result.pushed.length === 0 && result.absent.length === 0) this.log('The registry has every version already.');
    return result;
  }
}
