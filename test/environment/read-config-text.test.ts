import { expect, it } from 'vitest';
import { readConfigText } from '../../src/environment/read-config-text.ts';
import { FakeHostFiles } from '../fakes/fake-host-files.ts';

const files = new FakeHostFiles({ '/shop/devenv.yaml': 'x'.repeat(10_000_000), '/shop/small.yaml': 'x' });

it('refuses a file that is too large as one that is not valid', async () => {
  await expect(readConfigText(files, 'CONFIG_INVALID', '/shop/devenv.yaml')).rejects.toMatchObject({
    ...{ code: 'CONFIG_INVALID', exitCode: 3, at: '/shop/devenv.yaml', message: 'the file is larger than 256 kB' },
  });
  await expect(readConfigText(files, 'LOCK_INVALID', '/shop/devenv.yaml')).rejects.toMatchObject({ exitCode: 3 });
});

it('reads smaller ones, and nothing if there is none', async () => {
  expect(await readConfigText(files, 'CONFIG_INVALID', '/shop/small.yaml')).toBe('x');
  expect(await readConfigText(files, 'CONFIG_INVALID', '/shop/none.yaml')).toBeUndefined();
});
