import { resolve as resolvePath } from 'node:path';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { resolve, resolveFiles } from '../versions/resolve.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { sanitizeLine } from '../screen/sanitize.ts';
import { BaseCommand } from '../start/base-command.ts';

export default class Resolve extends BaseCommand {
  static override summary = 'Resolve merge conflicts in devenv-lock.yaml.';
  static override description =
    'Keeps the versions of both sides. The side that was pushed keeps its numbers and stays current; the versions of the other side get higher numbers. `devenv rebase` then replays them on top.';
  static override examples = [
    '<%= config.bin %> resolve && <%= config.bin %> rebase',
    'git config --global merge.devenv.driver "<%= config.bin %> resolve --driver %O %A %B"',
  ];
  static override tidies = true;
  static override flags = {
    driver: Flags.boolean({
      description: 'Be the merge driver of git for devenv-lock.yaml: merge BASE, OURS and THEIRS into OURS.',
    }),
  };
  static override args = {
    base: Args.string({ description: 'With --driver: the common ancestor.' }),
    ours: Args.string({ description: 'With --driver: this side, which becomes the result.' }),
    theirs: Args.string({ description: 'With --driver: the other side.' }),
  };

  async run(): Promise<object> {
    const { flags, args } = await this.parse(Resolve);
    const { base, ours, theirs } = args;
    if (flags.driver ? theirs === undefined : base !== undefined)
      throw new DevenvError('USAGE', 'Give --driver with three files, or neither.', {
        hint: 'Git calls `devenv resolve --driver %O %A %B`. To resolve merge marks, run `devenv resolve`.',
      });
    if (base !== undefined && ours !== undefined && theirs !== undefined) {
      await resolveFiles(await this.open(flags), resolvePath(ours), resolvePath(theirs));
      return {};
    }
    const result = await resolve(await this.open(flags));
    if (!result.conflict) this.log('Nothing to resolve: devenv-lock.yaml has no merge conflicts.');
    else
      this.log(
        `Resolved devenv-lock.yaml: it has the versions of both sides, and version ${String(result.current)} is current.`,
      );
    for (const { before, after, message } of result.renumbered) {
      this.log(sanitizeLine(`  version ${String(before)} (${message}) is now version ${String(after)}`));
    }
    if (result.aside.length > 0) {
      this.log('Resolve conflicts in devenv.yaml if there are any, then run `devenv rebase` to replay these versions.');
    }
    return result;
  }
}
