import * as Flags from '@oclif/core/flags';
import { commit, dryRunCommit } from '../capture/commit/commit.ts';
import { findWidth } from '../screen/terminal/find-width.ts';
import { renderCommit, renderCommitPlan } from '../screen/render/render-commit.ts';
import { BaseCommand } from '../start/base-command.ts';
import { allowFlag, workspaceFlag } from '../start/flags.ts';

export default class Commit extends BaseCommand {
  static override summary = 'Record the changes in the workspace as a new version.';
  static override description =
    'Captures the file system of the workspace without mounts, caches and temporary files, and records the version in devenv-lock.yaml. Proposes edits of devenv.yaml. Refuses secrets. The workspace keeps running.';
  static override examples = [
    '<%= config.bin %> commit -m "add jq"',
    '<%= config.bin %> commit --dry-run',
    '<%= config.bin %> commit --amend',
    '<%= config.bin %> commit -m "add the test server" --allow /srv/test/key.pem="made for tests"',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    message: Flags.string({
      char: 'm',
      description: 'Message of the version. Without it, your editor opens at a terminal.',
      helpValue: 'TEXT',
    }),
    'dry-run': Flags.boolean({
      description: 'Show the changes and the edits of devenv.yaml, and record nothing. Does not search for secrets.',
      exclusive: ['amend'],
    }),
    amend: Flags.boolean({
      description:
        'Replace the last commit: add the changes since then, and change the message if you give one. Only before it is pushed.',
    }),
    allow: allowFlag,
    'allow-unfinished': Flags.boolean({ description: 'Commit although packages are not completely installed.' }),
    pin: Flags.option({
      description: 'How exactly devenv.yaml names package versions. devenv-lock.yaml always records exact ones.',
      options: ['exact', 'minor', 'none'] as const,
      default: 'none' as const,
    })(),
    'write-back': Flags.boolean({
      description: 'Propose edits of devenv.yaml that declare the changes.',
      default: true,
      allowNo: true,
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Commit);
    if (flags['dry-run']) {
      const { name: workspace, pin, 'write-back': writeBack } = flags;
      const plan = await dryRunCommit(await this.open(flags), { workspace, pin, writeBack });
      this.log(renderCommitPlan(plan, findWidth()));
      return plan.drift;
    }
    const result = await commit(await this.open(flags), {
      workspace: flags.name,
      message: flags.message,
      amend: flags.amend,
      allow: flags.allow,
      allowUnfinished: flags['allow-unfinished'],
      pin: flags.pin,
      writeBack: flags['write-back'],
    });
    this.log(renderCommit({ ...result, amend: flags.amend }));
    return result;
  }
}
