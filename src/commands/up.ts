import * as Flags from '@oclif/core/flags';
import { dryRunUp, up } from '../workspace/up.ts';
import { renderOperations } from '../screen/render/render-operations.ts';
import { renderUp } from '../screen/render/render-up.ts';
import { allowFlag } from '../start/allow-flag.ts';
import { BaseCommand } from '../start/base-command.ts';
import { dryRunFlag } from '../start/dry-run-flag.ts';
import { workspaceFlag } from '../start/workspace-flag.ts';

export default class Up extends BaseCommand {
  static override summary = 'Bring the workspace up: get its version, make it, start it.';
  static override description =
    'Does what is missing and nothing else: a second `up` changes nothing. Where devenv.yaml asks for more than the current version has, shows the plan and asks.';
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --yes',
    '<%= config.bin %> up --dry-run',
    '<%= config.bin %> up --frozen --json',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    'dry-run': dryRunFlag,
    frozen: Flags.boolean({ description: 'Refuse where devenv.yaml and devenv-lock.yaml disagree (status 6).' }),
    'strict-ports': Flags.boolean({
      description: 'Refuse where a port of this machine is taken, instead of using another one.',
    }),
    discard: Flags.boolean({
      description: 'Drop changes in the workspace that no version has.',
      exclusive: ['carry'],
    }),
    allow: allowFlag,
    carry: Flags.boolean({
      description:
        'Take changes that no version has along, where the workspace needs a new container; they stay uncommitted. On a terminal you are asked.',
    }),
    take: Flags.option({
      description: 'With --carry: whose files count where the new version changed them, too.',
      options: ['mine', 'theirs'] as const,
      dependsOn: ['carry'],
    })(),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Up);
    const started = process.hrtime.bigint();
    const options = {
      ...{ workspace: flags.name, frozen: flags.frozen, discard: flags.discard },
      ...{ carry: flags.carry, take: flags.take, allow: flags.allow },
      strictPorts: flags['strict-ports'],
    };
    if (flags['dry-run']) {
      const operations = await dryRunUp(await this.open(flags), options);
      this.log(operations.length === 0 ? 'Nothing to do.' : renderOperations(operations));
      return { operations };
    }
    const result = await up(await this.open(flags), options);
    this.log(renderUp(result, Number(process.hrtime.bigint() - started) / 1e6));
    return result;
  }
}
