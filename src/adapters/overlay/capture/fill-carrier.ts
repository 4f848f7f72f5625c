import type { Entry, EntryTable } from '../changes/entry-table.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import type { Copied } from '../helper/storage-request.ts';

export interface Filling {
  /** Where the helper has the workspace's upper folder, and the carrier's. */
  readonly from: string;
  readonly to: string;
  /** Seconds since the epoch; see CaptureRequest. */
  readonly latest: number;
}

/**
 * Puts a delta into a carrier in its normal form: whole seconds, no time after
 * `latest`, no attribute but file capabilities. Folders that only lead to a
 * change have the time `latest`: whether something came and went in them, or
 * an engine put its own files there, is no part of the change.
 */
export async function fillCarrier(
  helper: StorageHelper,
  entries: EntryTable,
  { from, to, latest }: Filling,
): Promise<void> {
  await helper.copy(from, to, listCopied(entries), { latest, attributes: 'capability' });
}

function* listCopied(entries: Iterable<Entry>): Generator<Copied> {
  for (const { kind, path } of entries) {
    if (kind === 'socket') continue;
    yield { path, how: kind === 'leading' || kind === 'hidden' ? kind : 'copied' };
  }
}
