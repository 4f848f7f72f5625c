import * as Flags from '@oclif/core/flags';
import { forkWorkspace } from '../snapshots/fork.ts';
import { renderFork } from '../screen/render/render-fork.ts';
import { BaseCommand } from '../start/base-command.ts';
import { fromFlag, newWorkspaceArgument } from '../start/flags.ts';

export default class Fork extends BaseCommand {
  static override summary = 'Copy a workspace as it is now.';
  static override description =
    'Copies the file system with its uncommitted changes, the volumes and the data of services at one moment, and starts the copy. The original is paused as for a snapshot and does not change. The copy gets free ports instead of those in use. To remove a copy named `try`, run `devenv destroy --name try --volumes --discard`.';
  static override examples = [
    '<%= config.bin %> fork try',
    '<%= config.bin %> fork agent --worktree agent/fix --offline',
    '<%= config.bin %> fork look --read-only-project',
  ];
  static override tidies = true;
  static override args = { name: newWorkspaceArgument };
  static override flags = {
    from: { ...fromFlag('Workspace to copy.'), default: 'main' },
    worktree: Flags.string({
      description:
        'Create a git worktree for the copy beside the repository, on this branch. Creates the branch if it does not exist.',
      helpValue: 'BRANCH',
    }),
    offline: Flags.boolean({
      description: 'Allow no network except between the copy and its services, and publish no ports.',
    }),
    'read-only-project': Flags.boolean({
      description: 'Mount the project and other folders of this machine read-only.',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Fork);
    const restricted = {
      ...(flags.offline && { offline: true as const }),
      ...(flags['read-only-project'] && { readOnlyProject: true as const }),
    };
    const result = await forkWorkspace(await this.open(flags), {
      ...{ from: flags.from ?? 'main', name: args.name, worktree: flags.worktree },
      restricted: Object.keys(restricted).length > 0 ? restricted : undefined,
    });
    this.log(renderFork(result));
    return result;
  }
}
