import * as Flags from '@oclif/core/flags';
import { provideEngine } from '../app/provide-engine.ts';
import { up } from '../app/up.ts';
import { renderUp } from '../ui/render-up.ts';
import { BaseCommand } from './base-command.ts';
import { workspaceFlag } from './workspace-flag.ts';

export default class Up extends BaseCommand {
  static override summary = 'Bring the workspace up: get its version, make it, start it.';
  static override description =
    'Does what is missing and nothing else: a second `up` changes nothing. Where devenv.yaml asks for more than the current version has, shows the plan and asks.';
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --yes',
    '<%= config.bin %> up --frozen --json',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    frozen: Flags.boolean({ description: 'Refuse where devenv.yaml and devenv-lock.yaml disagree (status 6).' }),
    'strict-ports': Flags.boolean({
      description: 'Refuse where a port of this machine is taken, instead of using another one.',
    }),
    discard: Flags.boolean({ description: 'Drop changes in the workspace that no version has.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Up);
    const started = performance.now();
    const ports = await this.open(flags);
    await provideEngine(ports);
    const result = await up(ports, {
      ...{ workspace: flags.name, frozen: flags.frozen, discard: flags.discard },
      strictPorts: flags['strict-ports'],
    });
    this.log(renderUp(result, performance.now() - started));
    return result;
  }
}
