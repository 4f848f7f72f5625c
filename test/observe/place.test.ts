import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { resolveVolume } from '../../src/observe/place.ts';

const place = { project: 'shop', folder: '/home/me/shop', workspace: 'main' };

it.each([
  [
    { kind: 'volume', source: 'data', target: '/data', readOnly: false },
    { kind: 'volume', source: expect.stringMatching(/^devenv-shop-[0-9a-f]{8}\.data$/), target: '/data' },
  ],
  [
    { kind: 'folder', source: 'config/db', target: '/etc/db', readOnly: true },
    { kind: 'bind', source: '/home/me/shop/config/db', target: '/etc/db', readOnly: true },
  ],
  [
    { kind: 'host', source: '/srv', target: '/srv', readOnly: false },
    { kind: 'bind', source: '/srv', target: '/srv' },
  ],
  [
    { kind: 'host', source: '~/.aws', target: '/aws', readOnly: true },
    { kind: 'bind', source: join(homedir(), '.aws'), target: '/aws', readOnly: true },
  ],
] as const)('mounts %j', (volume, mount) => {
  expect(resolveVolume(place, volume)).toMatchObject(mount);
});

it('gives each workspace of each folder a volume of its own', () => {
  const volume = { kind: 'volume', source: 'data', target: '/data', readOnly: false } as const;
  const mounts = [place, { ...place, workspace: 'two' }, { ...place, folder: '/home/me/other' }].map((one) =>
    resolveVolume(one, volume),
  );
  expect(new Set(mounts.map((mount) => mount.kind === 'volume' && mount.source)).size).toBe(3);
});
