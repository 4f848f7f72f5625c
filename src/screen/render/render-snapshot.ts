import type { Snapshot, SnapshotPause } from '../../model/snapshot.ts';
import { describeContent } from '../describe-snapshot.ts';
import { formatDuration } from '../format-duration.ts';
import { formatSize } from '../format-size.ts';
import { sanitizeLine } from '../sanitize.ts';

/** What the snapshot contains, and what was paused for it and for how long. */
export function renderSnapshot(snapshot: Snapshot): string {
  const { number, bytes, pauses, volumes, copied } = snapshot;
  const size = formatSize(volumes.reduce((sum, volume) => sum + volume.bytes, 0));
  return [
    `Created snapshot ${String(number)}: ${describeContent(snapshot)} (${formatSize(bytes)}).`,
    ...(copied === undefined ? [] : [`Copied ${size} of data in ${formatDuration(copied)}.`]),
    ...pauses.map(describePause),
    `Restore it with \`devenv snapshot restore ${String(number)}\`.`,
  ]
    .map(sanitizeLine)
    .join('\n');
}

function describePause(pause: SnapshotPause): string {
  if (pause.by === 'pause') return `Paused ${pause.name} for ${formatDuration(pause.held)}.`;
  const [before, after] = [formatDuration(pause.before), formatDuration(pause.after)];
  return `Did not pause ${pause.name}: its commands took ${before} before the copy and ${after} after it.`;
}
