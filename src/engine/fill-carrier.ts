import type { Delta } from './decide-delta.ts';
import type { StorageHelper } from './storage-helper.ts';

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
  { copy, leading, hide }: Delta,
  { from, to, latest }: Filling,
): Promise<void> {
  const leads = new Set(leading);
  const entries = copy.map((path) => ({ source: path, target: path, leading: leads.has(path) }));
  await helper.hide(to, hide, latest);
  await helper.copy(from, to, entries, { latest, attributes: 'capability' });
}
