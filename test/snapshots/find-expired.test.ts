import { expect, it } from 'vitest';
import { findExpired, markSnapshot } from '../../src/snapshots/snapshots.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import { FakeEngine } from '../fakes/fake-engine.ts';

const place = { project: 'shop', folder: '/shop', workspace: 'main' };

it.each([
  ['2026-01-03T00:00:00Z', '2036-01-01T00:00:00Z', []],
  ['2036-01-01T00:00:00Z', '2026-01-03T00:00:00Z', []],
  ['2026-01-09T00:00:00Z', '2026-01-09T00:00:00Z', [1]],
])('ends what a command kept only if both clocks say so: %s, and %s on the engine', async (here, there, expired) => {
  const engine = new FakeEngine();
  const snapshot = { number: 1, date: '2026-01-01T00:00:00Z', cause: 'destroy', message: '', bytes: 0, volumes: [] };
  await markSnapshot(engine.volumes, place, 'abc', snapshot as unknown as Snapshot);
  engine.runtime.now = () => Promise.resolve(there);
  const found = await findExpired({ clock: { now: () => Date.parse(here) } }, engine, place);
  expect(found.map((one) => one.snapshot.number)).toEqual(expired);
});
