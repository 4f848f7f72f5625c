import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { labels } from '../../../src/observe/labels.ts';
import { sshConfig } from '../../../src/session/ssh-config.ts';
import { addContainer } from '../../fakes/add-container.ts';
import { openShop } from '../../fakes/open-shop.ts';

/** A workspace, and a person who gives one answer to all questions. `modes`: of files that were written. */
async function open(answer: boolean) {
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
  const prompt = { ...shop.prompt, confirm: () => Promise.resolve(answer) };
  const modes = new Map<string, number | undefined>();
  const writeAtomic: typeof shop.files.writeAtomic = async (path, text, mode) => {
    modes.set(path, mode);
    await files.writeAtomic(path, text);
  };
  const recording = new Proxy(shop.files, {
    get: (target, key: keyof typeof shop.files) => (key === 'writeAtomic' ? writeAtomic : target[key].bind(target)),
  });
  const context = { ...shop, files: recording, processes, prompt };
  return { files, modes, write: () => sshConfig(context, 'main', { program: ['devenv'], print: false }) };
}

it('writes files that ssh accepts: it refuses all hosts if others can write one', async () => {
  const { files, modes, write } = await open(true);
  await files.makeFolder(homedir());
  const { file = '', include } = await write();
  expect(include?.present).toBe(true);
  expect([file, `${homedir()}/.ssh/config`].map((path) => modes.get(path))).toEqual([0o600, 0o600]);
});

it('gives the name of another workspace away only after a question', async () => {
  const { files, write } = await open(false);
  const { file = '', host } = await write();
  const own = files.files.get(file) ?? '';
  expect(host).toBe('shop.devenv');
  // Once more, as after an update of devenv.
  await files.writeAtomic(file, `${own}\n`);
  await write();
  expect(files.files.get(file)).toBe(own);
  const others = own.replace(/IdentityFile .*/, 'IdentityFile "/home/ann/other/key"');
  await files.writeAtomic(file, others);
  await expect(write()).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
  expect(files.files.get(file)).toBe(others);
});
