import * as Flags from '@oclif/core/flags';
import { build } from '../image/build.ts';
import { checkBuild } from '../image/check-build.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { renderCheckBuild } from '../screen/render/render-check-build.ts';
import { allowFlag } from '../start/allow-flag.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Build extends BaseCommand {
  static override summary = 'Build a version of what devenv.yaml says.';
  static override description =
    'On top of the current version where that is possible: only what is new runs. With --clean from the base, with the exact versions that the lock records. With --clean --check nothing is recorded: the build is compared with the current version, what devenv.yaml does not declare is listed, and the exit status is 6 where something that it declares came out otherwise.';
  static override examples = [
    '<%= config.bin %> build',
    '<%= config.bin %> build --clean --update -m "newest of everything"',
    '<%= config.bin %> build --clean --check',
  ];
  static override tidies = true;
  static override flags = {
    clean: Flags.boolean({ description: 'Build from the base.' }),
    check: Flags.boolean({
      description: 'Prove that devenv.yaml alone makes the current version again; record nothing. Needs --clean.',
    }),
    'no-cache': Flags.boolean({ description: 'Run every step although its result is on this machine.' }),
    update: Flags.boolean({
      description: 'Take the newest versions that fit instead of those in the lock, and the newest images of services.',
    }),
    discard: Flags.boolean({ description: 'Build although changes that were committed by hand get lost.' }),
    allow: allowFlag,
    message: Flags.string({ char: 'm', description: 'What the version is for.', helpValue: 'TEXT' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Build);
    if (flags.check) {
      if (!flags.clean) throw new DevenvError('USAGE', '--check compares a build from the base: it needs --clean.');
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
        ? 'Nothing to build: the current version has all that devenv.yaml asks for.'
        : `Built version ${String(result.version.number)}: ${result.version.message}`,
    );
    if (result.services !== undefined)
      this.log(`Newer images for ${result.services.join(', ')}: \`devenv up\` makes them anew, their data stays.`);
    return result;
  }
}
