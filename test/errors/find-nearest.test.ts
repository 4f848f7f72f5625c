import { describe, expect, it } from 'vitest';
import { findNearest } from '../../src/errors/find-nearest.ts';

describe('findNearest', () => {
  it.each([
    ['comit', 'commit'],
    ['puhs', 'push'],
    ['stauts', 'status'],
    ['upp', 'up'],
    ['xyz', undefined],
    ['', undefined],
    ['frobnicate', undefined],
  ])('%s → %s', (written, expected) => {
    expect(findNearest(written, ['commit', 'push', 'pull', 'status', 'up'])).toBe(expected);
  });
});
