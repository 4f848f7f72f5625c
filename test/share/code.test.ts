import { beforeEach, describe, expect, it } from 'vitest';
import { printLock } from '../../src/lock/print-lock.ts';
import { lockPath, readProject } from '../../src/observe/project.ts';
import { openCode } from '../../src/share/code.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';
import { repository } from './shared-project.ts';

const path = '/shop/.devcontainer/devcontainer.json';
const options = { print: false, terminal: false };
const address = `vscode-remote://dev-container+${Buffer.from('/shop').toString('hex')}/workspace`;

describe('devenv code', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(`image: ${repository}\n`);
    const { lock } = await readProject(shop);
    if (lock === undefined) throw new Error('the project has no lock');
    const versions = lock.versions.map((version) => ({ ...version, digest: `sha256:${'d'.repeat(64)}` as const }));
    await shop.fake.files.writeAtomic(lockPath('/shop'), printLock({ ...lock, versions }));
    shop.fake.prompt.agrees = false;
  });
  const install = (...names: string[]): void => {
    for (const name of names)
      for (const key of [name, `/usr/bin/${name}`]) shop.fake.processes.programs[key] = () => ({});
  };
  const files = (): ReadonlyMap<string, string> => shop.fake.files.files;

  it('writes the definition and starts the first editor that is installed', async () => {
    install('cursor', 'code-insiders');
    expect(await openCode(shop, options)).toEqual({
      command: ['/usr/bin/cursor', '--folder-uri', address],
      written: [path],
    });
    expect(shop.fake.processes.ran).toEqual([`/usr/bin/cursor --folder-uri ${address}`]);
    expect(JSON.parse(files().get(path) ?? '')).toMatchObject({ workspaceFolder: '/workspace' });
    expect((await openCode(shop, options)).written).toEqual([]);
  });

  it('gives the folder to an editor that is named, by the flag before config.yaml', async () => {
    install('idea', 'zed');
    await shop.fake.files.makeFolder(shop.machine.configFolder);
    await shop.fake.files.writeAtomic(`${shop.machine.configFolder}/config.yaml`, 'editor: zed\n');
    expect((await openCode(shop, options)).command).toEqual(['/usr/bin/zed', '/shop']);
    expect((await openCode(shop, { ...options, editor: 'idea' })).command).toEqual(['/usr/bin/idea', '/shop']);
  });

  it('asks before it replaces another definition', async () => {
    install('code');
    await shop.fake.files.makeFolder('/shop/.devcontainer');
    await shop.fake.files.writeAtomic(path, '{"image": "mine"}\n');
    await expect(openCode(shop, options)).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect([files().get(path), shop.fake.processes.ran]).toEqual(['{"image": "mine"}\n', []]);
    shop.fake.prompt.agrees = true;
    expect((await openCode(shop, options)).written).toEqual([path]);
  });

  it('says that there is no editor, and writes nothing', async () => {
    await expect(openCode(shop, options)).rejects.toMatchObject({ code: 'HOST_PROGRAM_MISSING' });
    await expect(openCode(shop, { ...options, editor: 'zed' })).rejects.toThrow('zed');
    expect(files().has(path)).toBe(false);
  });

  it.each(['./code', 'bin/code', '/shop/bin/code', '/shop/..bin/code'])(
    'starts no program of the project: %s',
    async (editor) => {
      shop.fake.processes.programs[editor] = () => ({});
      await expect(openCode(shop, { ...options, editor })).rejects.toMatchObject({ code: 'USAGE' });
      expect(shop.fake.processes.ran).toEqual([]);
    },
  );

  it('starts no editor that would give the container rights nobody agreed to', async () => {
    install('code');
    const yaml = shop.fake.files.files.get('/shop/devenv.yaml') ?? '';
    await shop.fake.files.writeAtomic('/shop/devenv.yaml', `${yaml}volumes: ['/srv:/host']\n`);
    await expect(openCode(shop, options)).rejects.toMatchObject({ code: 'NOT_TRUSTED', exitCode: 9 });
    expect([files().has(path), shop.fake.processes.ran]).toEqual([false, []]);
  });

  it('prints the command without an editor, and writes nothing', async () => {
    expect(await openCode(shop, { ...options, print: true })).toEqual({
      command: ['code', '--folder-uri', address],
      written: [],
    });
    expect(files().has(path)).toBe(false);
  });

  it('says how the editor ended', async () => {
    install('code');
    shop.fake.processes.programs['/usr/bin/code'] = () => ({ exitCode: 3, stderr: 'no display' });
    await expect(openCode(shop, options)).rejects.toThrow(/ended with status 3. no display/);
  });

  it('says that the version was not pushed', async () => {
    install('code');
    const unpushed = await openShop();
    Object.assign(unpushed.fake.processes.programs, shop.fake.processes.programs);
    await expect(openCode(unpushed, options)).rejects.toMatchObject({ code: 'VERSION_NOT_PUSHED' });
  });
});
