import * as Flags from '@oclif/core/flags';
import { build } from '../image/build.ts';
import { checkBuild } from '../image/check-build.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { renderCheckBuild } from '../screen/render/render-check-build.ts';
import { BaseCommand } from '../start/base-command.ts';
import { allowFlag, ciFlag } from '../start/flags.ts';

export default class Build extends BaseCommand {
  static override summary = 'Build a version from devenv.yaml.';
  static override description =
    'Builds on top of the current version if possible, so that only new steps run. --clean builds from the base, with the exact package versions in the lock. --clean --check compares that build with the current version, lists what devenv.yaml does not declare, and records nothing; the exit status is 6 if something declared differs.';
  static override examples = [
    '<%= config.bin %> build',
    '<%= config.bin %> build --clean --update -m "newest of everything"',
    '<%= config.bin %> build --clean --check',
  ];
  static override tidies = true;
  static override flags = {
    clean: Flags.boolean({ description: 'Build from the base.' }),
    check: Flags.boolean({
      description: 'Check whether devenv.yaml alone reproduces the current version. Needs --clean.',
    }),
    'no-cache': Flags.boolean({ description: 'Run every step, even if this machine has its result.' }),
    update: Flags.boolean({
      description:
        'Use the newest matching package versions, Features and service images instead of those in the lock.',
    }),
    discard: Flags.boolean({
      description: 'Build even if the new version loses changes that were committed from a workspace.',
    }),
    allow: allowFlag,
    ci: ciFlag,
    message: Flags.string({ char: 'm', description: 'Message of the version.', helpValue: 'TEXT' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Build);
    if (flags.check) {
      if (!flags.clean) throw new DevenvError('USAGE', '--check needs --clean.');
      const checked = await checkBuild(await this.open(flags), { update: flags.update });
      this.log(renderCheckBuild(checked));
      if (!checked.identical) process.exitCode = 6;
      return checked;
    }
    const result = await build(await this.open(flags), {
      clean: flags.clean,
      noCache: flags['no-cache'],
      update: flags.update,
      discard: flags.discard,
      allow: flags.allow,
      ...(flags.message !== undefined && { message: flags.message }),
    });
    this.log(
      result.version === undefined
        ? 'Nothing to build: devenv.yaml has no changes since the current version.'
        : `Built version ${String(result.version.number)}: ${result.version.message}`,
    );
    if (result.services !== undefined)
      this.log(
        `Found newer images for ${result.services.join(', ')}. Run \`devenv up\` to recreate these services; their data stays.`,
      );
    return result;
  }
}
