import * as Flags from '@oclif/core/flags';
import { dryRunUp, up } from '../workspace/up.ts';
import { renderOperations } from '../screen/render/render-operations.ts';
import { renderUp } from '../screen/render/render-up.ts';
import { BaseCommand } from '../start/base-command.ts';
import { allowFlag, cacheFromFlag, ciFlag, dryRunFlag, workspaceFlag } from '../start/flags.ts';

export default class Up extends BaseCommand {
  static override summary = 'Create and start the workspace.';
  static override description =
    'Pulls or builds the version, creates the workspace and its services, starts them and runs hooks. Does only what is missing: a second `up` changes nothing. If devenv.yaml has changes that no version contains, shows the plan and asks.';
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --yes',
    '<%= config.bin %> up --dry-run',
    '<%= config.bin %> up --frozen --ci',
    '<%= config.bin %> up --bundle shop.tar',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    'dry-run': dryRunFlag,
    frozen: Flags.boolean({ description: 'Refuse if devenv.yaml and devenv-lock.yaml disagree (status 6).' }),
    ci: ciFlag,
    'cache-from': cacheFromFlag,
    bundle: Flags.string({
      description: 'Take what is missing from this bundle, not from a registry.',
      helpValue: 'FILE',
      exclusive: ['dry-run'],
    }),
    'strict-ports': Flags.boolean({
      description: 'Refuse if a port of this machine is in use, instead of using another one.',
    }),
    discard: Flags.boolean({
      description: 'Discard uncommitted changes in the workspace.',
      exclusive: ['carry'],
    }),
    snapshot: Flags.boolean({
      description: 'With --discard: keep what is discarded as a snapshot for seven days.',
      default: true,
      allowNo: true,
    }),
    profile: Flags.string({
      description: 'Also start the services of this profile.',
      helpValue: 'NAME',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
    }),
    allow: allowFlag,
    carry: Flags.boolean({
      description:
        'Carry uncommitted changes over if the workspace needs a new container. They stay uncommitted. At a terminal, you are asked.',
    }),
    take: Flags.option({
      description: 'With --carry: which files to keep if the new version changed them too.',
      options: ['mine', 'theirs'] as const,
      dependsOn: ['carry'],
    })(),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Up);
    const started = process.hrtime.bigint();
    const options = {
      ...{ workspace: flags.name, frozen: flags.frozen, discard: flags.discard, snapshot: flags.snapshot },
      ...{ carry: flags.carry, take: flags.take, allow: flags.allow, cacheFrom: flags['cache-from'] },
      bundle: flags.bundle,
      strictPorts: flags['strict-ports'],
      chosen: { profiles: flags.profile },
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
