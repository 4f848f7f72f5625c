import type { Snapshot } from '../model/snapshot.ts';

export interface Retention {
  /** Number of the newest manual snapshots to keep whatever their age. */
  readonly keep?: number;
  /** Milliseconds after which manual snapshots expire. */
  readonly age?: number;
}

const day = 24 * 3600 * 1000;
/** Milliseconds for which automatic snapshots are kept. */
const ownAge = 7 * day;

/**
 * Returns the numbers of the snapshots that expired at `now` (milliseconds since
 * the epoch). Automatic ones expire after seven days; manual ones only by a
 * retention, and by both count and age if both are given.
 */
export function chooseExpired(
  snapshots: readonly Pick<Snapshot, 'number' | 'date' | 'cause'>[],
  now: number,
  { keep, age }: Retention,
): readonly number[] {
  const byHand = snapshots.filter(({ cause }) => cause === 'hand').sort((a, b) => b.number - a.number);
  const kept = new Set(byHand.slice(0, keep ?? 0).map(({ number }) => number));
  const asked = keep !== undefined || age !== undefined;
  const goes = ({ number, date, cause }: (typeof snapshots)[number]): boolean => {
    const old = now - Date.parse(date);
    if (cause !== 'hand') return old > ownAge;
    return asked && !kept.has(number) && old > (age ?? -Infinity);
  };
  return snapshots.filter(goes).map(({ number }) => number);
}
