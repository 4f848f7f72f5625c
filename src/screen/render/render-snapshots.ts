import type { Snapshot } from '../../model/snapshot.ts';
import { describeCause, describeContent } from '../describe-snapshot.ts';
import { formatSize } from '../format-size.ts';
import { renderTable } from '../render-table.ts';

/** A table, the oldest first. */
export function renderSnapshots(snapshots: readonly Snapshot[]): string {
  const rows = snapshots.map((snapshot) => [
    String(snapshot.number),
    snapshot.date.replace('T', ' ').replace('Z', ''),
    formatSize(snapshot.bytes),
    describeCause(snapshot),
    describeContent(snapshot),
    snapshot.message,
  ]);
  return renderTable(['N', 'DATE (UTC)', 'SIZE', 'TAKEN', 'HOLDS', 'MESSAGE'], rows);
}
