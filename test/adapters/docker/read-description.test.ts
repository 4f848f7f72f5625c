import { expect, it } from 'vitest';
import { always, FakeDaemon } from './fake-daemon.ts';

/** What is told of the storage of a Docker with these rows of its driver's status. */
async function readStorage(...status: readonly (readonly [string, string])[]) {
  const info = { SystemTime: '2026-01-02T03:04:05Z', Driver: 'overlay2', DriverStatus: status, Architecture: 'x86_64' };
  await using daemon = await FakeDaemon.start(always(200, JSON.stringify(info)));
  return (await (await daemon.connect()).describe()).storage;
}

it('lets a carrier be kept mounted only if the engine reads the upper folder itself', async () => {
  // Otherwise it compares by the mount, which may not show what was put into the upper folder meanwhile.
  expect(await readStorage(['Native Overlay Diff', 'true'])).toMatchObject({ layers: 'named', mountsToCommit: true });
  expect(await readStorage(['Native Overlay Diff', 'false'])).toMatchObject({ layers: 'named', mountsToCommit: false });
});
