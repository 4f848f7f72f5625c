import { describe, expect, it } from 'vitest';
import { chooseExpired } from '../../src/snapshots/choose-expired.ts';

const now = Date.parse('2026-03-31T00:00:00Z');
const day = 24 * 3600 * 1000;
const snapshots = [
  { number: 1, date: '2026-03-01T00:00:00Z', cause: 'hand' },
  { number: 2, date: '2026-03-23T23:59:59Z', cause: 'destroy' },
  { number: 3, date: '2026-03-24T00:00:01Z', cause: 'restore' },
  { number: 4, date: '2026-03-29T00:00:00Z', cause: 'hand' },
  { number: 5, date: '2026-03-30T00:00:00Z', cause: 'hand' },
] as const;

describe('chooseExpired', () => {
  it('lets those go after seven days that were taken by themselves, and none that was made by hand', () => {
    expect(chooseExpired(snapshots, now, {})).toEqual([2]);
  });

  it('keeps the newest made by hand', () => {
    expect(chooseExpired(snapshots, now, { keep: 1 })).toEqual([1, 2, 4]);
    expect(chooseExpired(snapshots, now, { keep: 0 })).toEqual([1, 2, 4, 5]);
  });

  it('lets those made by hand go by age', () => {
    expect(chooseExpired(snapshots, now, { age: 10 * day })).toEqual([1, 2]);
  });

  it('with a count and an age lets go what both let go', () => {
    expect(chooseExpired(snapshots, now, { keep: 2, age: day })).toEqual([1, 2]);
    expect(chooseExpired(snapshots, now, { keep: 3, age: 0 })).toEqual([2]);
  });

  it('keeps what a clock that went back puts into the future', () => {
    expect(chooseExpired([{ number: 1, date: '2027-01-01T00:00:00Z', cause: 'reset' }], now, {})).toEqual([]);
  });
});
