import * as Flags from '@oclif/core/flags';
import { pruneSnapshots } from '../../snapshots/remove.ts';
import { renderRemoved } from '../../screen/render/render-removed.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { parseAge } from '../../start/parse-age.ts';
import { workspaceFlag } from '../../start/workspace-flag.ts';

export default class SnapshotPrune extends BaseCommand {
  static override summary = 'Remove snapshots that are past their time.';
  static override description =
    'Those that were taken by themselves go after seven days. Those made by hand go only where --keep or --older-than says so; with both, only those that both let go.';
  static override examples = [
    '<%= config.bin %> snapshot prune',
    '<%= config.bin %> snapshot prune --keep 5 --older-than 30d --yes',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    keep: Flags.integer({ description: 'Keep the newest N made by hand.', helpValue: 'N', min: 0 }),
    'older-than': Flags.string({
      description: 'Remove those made by hand that are older, e.g. 12h, 30d.',
      helpValue: 'AGE',
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(SnapshotPrune);
    const { keep, name, 'older-than': age } = flags;
    const retention = { ...(keep !== undefined && { keep }), ...(age !== undefined && { age: parseAge(age) }) };
    const removed = await pruneSnapshots(await this.open(flags), name, retention);
    this.log(renderRemoved(removed));
    return { removed: removed.map(({ number }) => number) };
  }
}
