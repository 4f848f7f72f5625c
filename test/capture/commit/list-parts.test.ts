import { expect, it } from 'vitest';
import type { Lock, Version } from '../../../src/model/version.ts';
import { listParts } from '../../../src/capture/commit/list-parts.ts';

const version = (number: number, kind: Version['kind'], from: number | undefined, layers: number): Version => ({
  ...{ number, kind, layers, size: layers * 10, author: 'Ann', date: '2025-06-30T12:00:00Z', message: 'm' },
  ...(from !== undefined && { from, parent: number - 1 }),
  content: `sha256:${'0'.repeat(64)}`,
  items: { set: {}, unset: [] },
});

it('follows what versions extend, passing over those that add no layer', () => {
  const versions = [
    version(1, 'build', undefined, 3),
    version(2, 'commit', 1, 4),
    version(3, 'build', 2, 6),
    version(4, 'commit', 3, 7),
    version(5, 'rollback', 3, 6),
  ];
  const lock: Lock = { name: 'shop', current: 5, shape: `sha256:${'0'.repeat(64)}`, resolved: {}, versions };
  expect(listParts(lock, { size: 75, layers: 7 }, 5)).toEqual([
    { onto: 5, layers: 1, bytes: 15 },
    { onto: 2, layers: 2, bytes: 20 },
    { onto: 1, layers: 1, bytes: 10 },
  ]);
});
