import type { Snapshot, SnapshotPause } from '../../model/snapshot.ts';
import { describeContent } from '../describe-snapshot.ts';
import { formatDuration } from '../format-duration.ts';
import { formatSize } from '../format-size.ts';
import { sanitizeLine } from '../sanitize.ts';

/** What was kept, and what stood still for it and for how long. */
export function renderSnapshot(snapshot: Snapshot): string {
  const { number, bytes, pauses, volumes, copied } = snapshot;
  const size = formatSize(volumes.reduce((sum, volume) => sum + volume.bytes, 0));
  return [
    `Snapshot ${String(number)}: ${describeContent(snapshot)} (${formatSize(bytes)}).`,
    ...(copied === undefined ? [] : [`Copying ${size} of data took ${formatDuration(copied)}.`]),
    ...pauses.map(describePause),
    `Go back to it with \`devenv snapshot restore ${String(number)}\`.`,
  ]
    .map(sanitizeLine)
    .join('\n');
}

function describePause(pause: SnapshotPause): string {
  if (pause.by === 'pause') return `${pause.name} was paused for ${formatDuration(pause.held)}.`;
  const [before, after] = [formatDuration(pause.before), formatDuration(pause.after)];
  return `${pause.name} ran on; its own commands took ${before} before the copy and ${after} after it.`;
}
