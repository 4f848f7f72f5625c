import { expect, it } from 'vitest';
import { formatDuration } from '../../src/screen/format-duration.ts';

it.each([
  [0, 'less than 0.1 s'],
  [49, 'less than 0.1 s'],
  [50, '0.1 s'],
  [9_940, '9.9 s'],
  [9_960, '10 s'],
  [59_499, '59 s'],
  [59_500, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [3_780_000, '1 h 3 min'],
])('says %i ms as people do', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
