import * as Flags from '@oclif/core/flags';
import { build } from '../image/build.ts';
import { checkBuild } from '../image/check-build.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { renderCheckBuild } from '../screen/render/render-check-build.ts';
import { push } from '../share/push.ts';
import { renderPush } from '../screen/render/render-push.ts';
import { BaseCommand } from '../start/base-command.ts';
import { allowFlag, cacheFromFlag, ciFlag } from '../start/flags.ts';

export default class Build extends BaseCommand {
  static override summary = 'Build a version from devenv.yaml.';
  static override description =
    'Builds on top of the current version if possible, so that only new steps run. --clean builds from the base, with the exact package versions in the lock. --clean --check compares that build with the current version, lists what devenv.yaml does not declare, and records nothing; the exit status is 6 if something declared differs. --push, --cache-from and --cache-to use the repository that `image` in devenv.yaml names.';
  static override examples = [
    '<%= config.bin %> build',
    '<%= config.bin %> build --clean --update -m "newest of everything"',
    '<%= config.bin %> build --clean --check',
    '<%= config.bin %> build --push --cache-from --cache-to --ci --yes',
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
    push: Flags.boolean({ description: 'Upload the version afterwards, as `devenv push` does.' }),
    'cache-from': cacheFromFlag,
    'cache-to': Flags.boolean({
      description:
        'Upload the result of each step to the registry and record it in devenv-lock.yaml, for --cache-from.',
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
      if (flags.push || flags['cache-from'] || flags['cache-to'])
        throw new DevenvError('USAGE', '--check makes no version and runs every step: it uses no registry.');
      const checked = await checkBuild(await this.open(flags), { update: flags.update });
      this.log(renderCheckBuild(checked));
      if (!checked.identical) process.exitCode = 6;
      return checked;
    }
    if (flags['cache-from'] && (flags['no-cache'] || flags.update))
      throw new DevenvError(
        'USAGE',
        `--${flags.update ? 'update' : 'no-cache'} runs every step: leave out --cache-from.`,
      );
    const context = await this.open(flags);
    const result = await build(context, {
      clean: flags.clean,
      noCache: flags['no-cache'],
      update: flags.update,
      discard: flags.discard,
      allow: flags.allow,
      cacheFrom: flags['cache-from'],
      cacheTo: flags['cache-to'],
      push: flags.push,
      ...(flags.message !== undefined && { message: flags.message }),
    });
    const unsent = flags['cache-to'] ? ' --cache-to sends steps when they are built.' : '';
    this.log(
      result.version === undefined
        ? `Nothing to build: devenv.yaml has no changes since the current version.${unsent}`
        : `Built version ${String(result.version.number)}: ${result.version.message}`,
    );
    if (result.version !== undefined) this.log('Run `devenv up` to move the workspace to it.');
    if (result.services !== undefined)
      this.log(
        `Found newer images for ${result.services.join(', ')}. Run \`devenv up\` to recreate these services; their data stays.`,
      );
    if (!flags.push) return result;
    const pushed = await push(context, { all: false });
    this.log(renderPush(pushed));
    return { ...result, push: pushed };
  }
}
