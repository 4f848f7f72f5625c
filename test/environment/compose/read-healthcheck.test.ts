import { expect, it } from 'vitest';
import { toReadiness } from '../../../src/environment/compose/read-healthcheck.ts';

it.each([
  [['NONE'], {}, undefined],
  [[], {}, undefined],
  [['CMD', 'pg_isready', '-q'], {}, { command: ['pg_isready', '-q'], retries: 90, startPeriod: 0, timeout: 30_000 }],
  [
    ['CMD-SHELL', 'curl -f http://localhost'],
    { interval: 5000, retries: 5, startPeriod: 20_000, timeout: 3000 },
    { command: 'curl -f http://localhost', retries: 25, startPeriod: 20_000, timeout: 3000 },
  ],
  [['CMD', 'x'], { timeout: 1e12, retries: 1 }, { command: ['x'], retries: 30, startPeriod: 0, timeout: 2 ** 31 - 1 }],
  // An image of others has no say in when a command ends.
  [
    ['CMD', 'x'],
    { interval: 1e13, retries: 1e6, startPeriod: 1e13 },
    { command: ['x'], retries: 3600, startPeriod: 3_600_000, timeout: 30_000 },
  ],
  [['CMD', 'x'], { interval: 200, retries: 1 }, { command: ['x'], retries: 1, startPeriod: 0, timeout: 30_000 }],
])('%j %j is asked for as long as Docker would', (test, times, expected) => {
  const { command, ...rest } = expected ?? {};
  const readiness = expected && { check: { kind: 'command', command }, interval: 1000, ...rest };
  expect(toReadiness({ test, ...times })).toEqual(readiness);
});
