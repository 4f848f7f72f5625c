import type { Snapshot } from '../../model/snapshot.ts';
import { formatSize } from '../format-size.ts';

/** Which snapshots are gone, and the room that they took. */
export function renderRemoved(removed: readonly Snapshot[]): string {
  if (removed.length === 0) return 'Nothing to remove.';
  const bytes = removed.reduce((sum, snapshot) => sum + snapshot.bytes, 0);
  const numbers = removed.map(({ number }) => String(number)).join(', ');
  return `Removed ${removed.length === 1 ? 'snapshot' : 'the snapshots'} ${numbers} (${formatSize(bytes)}).`;
}
