import type { Snapshot, SnapshotPause } from '../../model/snapshot.ts';
import { describeContent } from '../describe-snapshot.ts';
import { formatDuration } from '../format-duration.ts';
import { formatSize } from '../format-size.ts';
import { joinLines } from '../sanitize.ts';
import { formatCount } from '../../model/format-count.ts';
import type { PushedSnapshot } from '../../snapshots/push.ts';

/** What the snapshot contains, and what was paused for it and for how long. */
export function renderSnapshot(snapshot: Snapshot): string {
  const { number, bytes, pauses, volumes, copied } = snapshot;
  const size = formatSize(volumes.reduce((sum, volume) => sum + volume.bytes, 0));
  return joinLines([
    `Created snapshot ${String(number)}: ${describeContent(snapshot)} (${formatSize(bytes)}).`,
    ...(copied === undefined ? [] : [`Copied ${size} of data in ${formatDuration(copied)}.`]),
    ...pauses.map(describePause),
    `Restore it with \`devenv snapshot restore ${String(number)}\`.`,
  ]);
}

export function describePause(pause: SnapshotPause): string {
  if (pause.by === 'pause') return `Paused ${pause.name} for ${formatDuration(pause.held)}.`;
  const [before, after] = [formatDuration(pause.before), formatDuration(pause.after)];
  return `Did not pause ${pause.name}: its commands took ${before} before the copy and ${after} after it.`;
}

/** The data that was pushed, and what is left to do so that teammates get it. */
export function renderSeed({ snapshot, seed }: PushedSnapshot): string {
  const unnamed = snapshot.volumes.length - seed.volumes.length;
  return [
    `Pushed the data of snapshot ${String(snapshot.number)}: ${seed.volumes.join(', ')} (${seed.digest}).`,
    ...(unnamed > 0 ? [`Not pushed: ${formatCount(unnamed, 'volume')} without a name in devenv.yaml.`] : []),
    'Commit devenv-lock.yaml. With `data: seed` in devenv.yaml, new workspaces start with this data.',
  ].join('\n');
}

/** The snapshots that were removed, and the space that they used. */
export function renderRemoved(removed: readonly Snapshot[]): string {
  if (removed.length === 0) return 'Nothing to remove.';
  const bytes = removed.reduce((sum, snapshot) => sum + snapshot.bytes, 0);
  const numbers = removed.map(({ number }) => String(number)).join(', ');
  return `Removed ${removed.length === 1 ? 'snapshot' : 'snapshots'} ${numbers} (${formatSize(bytes)}).`;
}
