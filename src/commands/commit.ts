import * as Flags from '@oclif/core/flags';
import { commit } from '../capture/commit/commit.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { renderCommit } from '../screen/render/render-commit.ts';
import { allowFlag } from '../start/allow-flag.ts';
import { BaseCommand } from '../start/base-command.ts';
import { workspaceFlag } from '../start/workspace-flag.ts';

export default class Commit extends BaseCommand {
  static override summary = 'Make a new version of what was added inside the workspace.';
  static override description =
    'Captures the workspace\u2019s file system, mounts, caches and temporary files left out, and records it in devenv-lock.yaml. Secrets are refused. The workspace runs on.';
  static override examples = [
    '<%= config.bin %> commit -m "add jq"',
    '<%= config.bin %> commit --amend',
    '<%= config.bin %> commit -m "add the test server" --allow /srv/test/key.pem="made for tests"',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    message: Flags.string({ char: 'm', description: 'What was added, and why.', helpValue: 'TEXT' }),
    amend: Flags.boolean({
      description:
        'Make the current version anew instead of a next one, with what was added since and with another message, if one is given. Only a commit that was not pushed.',
    }),
    allow: allowFlag,
    pin: Flags.option({
      description: 'How exact devenv.yaml names versions; the lock holds exact ones in any case.',
      options: ['exact', 'minor', 'none'] as const,
      default: 'none' as const,
    })(),
    'write-back': Flags.boolean({
      description: 'Propose edits of devenv.yaml for what it can declare.',
      default: true,
      allowNo: true,
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Commit);
    if (flags.message === undefined && !flags.amend) {
      throw new DevenvError('USAGE', 'A version needs a message.', { hint: 'Add `-m "what was added, and why"`.' });
    }
    const result = await commit(await this.open(flags), {
      workspace: flags.name,
      message: flags.message,
      amend: flags.amend,
      allow: flags.allow,
      pin: flags.pin,
      writeBack: flags['write-back'],
    });
    this.log(renderCommit({ ...result, amend: flags.amend }));
    return result;
  }
}
