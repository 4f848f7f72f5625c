import type { Snapshot } from '../model/snapshot.ts';

export interface Retention {
  /** Of those made by hand, the newest that are kept whatever their age. */
  readonly keep?: number;
  /** Milliseconds after which those made by hand go. */
  readonly age?: number;
}

const day = 24 * 3600 * 1000;
/** Milliseconds for which those are kept that were taken by themselves. */
const ownAge = 7 * day;

/**
 * Numbers of the snapshots that are not kept at `now` (milliseconds since the
 * epoch). Those taken by themselves go after seven days; those made by hand
 * only where something was asked for, and with both a count and an age only
 * where both let them go.
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
