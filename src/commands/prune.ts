import * as Flags from '@oclif/core/flags';
import { prune } from '../machine/prune.ts';
import { pruneRegistry } from '../share/registry/prune.ts';
import { renderPrunable, renderPruned, renderPrunedRegistry } from '../screen/render-space.ts';
import { BaseCommand } from '../start/base-command.ts';
import { dryRunFlag } from '../start/flags.ts';
import { parseAge } from '../start/parse-time.ts';

export default class Prune extends BaseCommand {
  static override summary = 'Free space: remove what no workspace and no lock needs.';
  static override description =
    'Removes versions that the registry has or that no devenv-lock.yaml records, steps of builds that are older than 30 days, old bases, automatic snapshots after seven days, and what killed builds left. Shows all of it with the space that it frees, and asks. Never removes the current version, a version that exists nowhere else, what a container or workspace has, volumes with data, or a snapshot made by hand.';
  static override examples = [
    '<%= config.bin %> prune --dry-run',
    '<%= config.bin %> prune --keep 5 --older 30d --yes',
    '<%= config.bin %> prune --caches',
    '<%= config.bin %> prune --registry --dry-run',
  ];
  static override tidies = true;
  static override flags = {
    'dry-run': dryRunFlag,
    keep: Flags.integer({
      description: 'Keep the newest N versions of each project.',
      helpValue: 'N',
      min: 1,
      default: 3,
    }),
    older: Flags.string({ description: 'Remove only what is older: 12h, 30d, 8w.', helpValue: 'AGE' }),
    registry: Flags.boolean({
      description:
        "Delete versions, steps and data in the project's repository instead, if devenv-lock.yaml does not name them.",
      exclusive: ['keep', 'older', 'caches'],
    }),
    caches: Flags.boolean({ description: 'Also remove packages and files that builds downloaded.' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Prune);
    const { keep, older, caches, 'dry-run': dryRun } = flags;
    const ports = await this.open(flags);
    if (flags.registry) {
      const show = (tags: readonly string[]): void => ports.progress.note(`To be deleted: ${tags.join(', ')}`);
      const deleted = await pruneRegistry(ports, { dryRun, show });
      this.log(renderPrunedRegistry(deleted));
      return deleted;
    }
    const result = await prune(ports, {
      ...{ keep, caches, dryRun },
      ...(older !== undefined && { age: parseAge(older) }),
      show: (items) => {
        for (const line of renderPrunable(items).split('\n')) ports.progress.note(line);
      },
    });
    this.log(renderPruned(result));
    return result;
  }
}
