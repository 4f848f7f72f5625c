import type { Snapshot } from '../../model/snapshot.ts';
import { formatSize } from '../format-size.ts';

/** The snapshots that were removed, and the space that they used. */
export function renderRemoved(removed: readonly Snapshot[]): string {
  if (removed.length === 0) return 'Nothing to remove.';
  const bytes = removed.reduce((sum, snapshot) => sum + snapshot.bytes, 0);
  const numbers = removed.map(({ number }) => String(number)).join(', ');
  return `Removed ${removed.length === 1 ? 'snapshot' : 'snapshots'} ${numbers} (${formatSize(bytes)}).`;
}
