import type { Snapshot } from '../../model/snapshot.ts';
import { describeContent } from '../describe-snapshot.ts';
import { formatSize } from '../format-size.ts';
import { renderTable } from '../render-table.ts';

const causes: Readonly<Record<Snapshot['cause'], string>> = {
  hand: 'by hand',
  destroy: 'before destroy',
  reset: 'before reset',
  restore: 'before restore',
};

/** A table of snapshots, the oldest first. */
export function renderSnapshots(snapshots: readonly Snapshot[], width?: number): string {
  const rows = snapshots.map((snapshot) => [
    String(snapshot.number),
    snapshot.date.replace('T', ' ').replace('Z', ''),
    formatSize(snapshot.bytes),
    causes[snapshot.cause],
    describeContent(snapshot),
    snapshot.message,
  ]);
  return renderTable(['NUMBER', 'DATE (UTC)', 'SIZE', 'CREATED', 'CONTENT', 'MESSAGE'], rows, width);
}
