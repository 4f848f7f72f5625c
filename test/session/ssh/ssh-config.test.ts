import { expect, it } from 'vitest';
import { labels } from '../../../src/observe/labels.ts';
import { sshConfig } from '../../../src/session/ssh-config.ts';
import { findSshKeys } from '../../../src/session/ssh/ssh-keys.ts';
import { addContainer } from '../../fakes/add-container.ts';
import { openShop } from '../../fakes/open-shop.ts';

it('gives the name of another workspace away only after a question', async () => {
  const shop = await openShop();
  const { files } = shop.fake;
  const settings = { user: 'dev', env: {}, mounts: [], workingDir: '/workspace', ports: [], limits: {} };
  const defaults = { user: 'dev', env: [], workingDir: '/workspace', settings };
  await addContainer(shop.fake.engine, 'shop', { labels: { [labels.exec]: JSON.stringify(defaults) } });
  const processes = Object.assign(Object.create(shop.processes) as typeof shop.processes, {
    run: async (argv: readonly string[]) => {
      const file = argv.at(-1) ?? '';
      await files.writeAtomic(file, 'private\n');
      await files.writeAtomic(`${file}.pub`, 'ssh-ed25519 AAAA devenv\n');
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  });
  const prompt = { ...shop.prompt, confirm: (_question: string, fallback: boolean) => Promise.resolve(fallback) };
  const context = { ...shop, processes, prompt };
  const write = () => sshConfig(context, 'main', { program: ['devenv'], print: false });
  const { file = '', host } = await write();
  const own = files.files.get(file);
  expect([host, (await findSshKeys(context, '/shop', 'main'))?.key]).toEqual(['shop.devenv', expect.any(String)]);
  // Once more, as after an update of devenv.
  await files.writeAtomic(file, `${own ?? ''}\n`);
  await write();
  expect(files.files.get(file)).toBe(own);
  const others = (own ?? '').replaceAll(/IdentityFile .*/g, 'IdentityFile "/home/ann/other/key"');
  await files.writeAtomic(file, others);
  await expect(write()).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
  expect(files.files.get(file)).toBe(others);
});
