import * as Flags from '@oclif/core/flags';
import { pruneSnapshots } from '../../snapshots/remove.ts';
import { renderRemoved } from '../../screen/render/render-snapshot.ts';
import { BaseCommand } from '../../start/base-command.ts';
import { workspaceFlag } from '../../start/flags.ts';
import { parseAge } from '../../start/parse-time.ts';

export default class SnapshotPrune extends BaseCommand {
  static override summary = 'Remove old snapshots.';
  static override description =
    'Removes automatic snapshots after seven days. Removes snapshots made by hand only as --keep and --older-than say; with both, only those that match both.';
  static override examples = [
    '<%= config.bin %> snapshot prune',
    '<%= config.bin %> snapshot prune --keep 5 --older-than 30d --yes',
  ];
  static override tidies = true;
  static override flags = {
    name: workspaceFlag,
    keep: Flags.integer({ description: 'Keep the newest N snapshots made by hand.', helpValue: 'N', min: 0 }),
    'older-than': Flags.string({
      description: 'Remove older snapshots made by hand: 12h, 30d.',
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
