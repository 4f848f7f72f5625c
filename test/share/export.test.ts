import { describe, expect, it } from 'vitest';
import { printLock } from '../../src/lock/print-lock.ts';
import { lockPath, readProject } from '../../src/observe/project.ts';
import { exportEnvironment, type ExportOptions } from '../../src/share/export.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';
import { repository } from './shared-project.ts';

const digest = `sha256:${'d'.repeat(64)}` as const;

/** A project whose version was pushed. */
async function openPushed(yaml = ''): Promise<Shop> {
  const shop = await openShop(`image: ${repository}\n${yaml}`);
  const { lock } = await readProject(shop);
  if (lock === undefined) throw new Error('the project has no lock');
  const versions = lock.versions.map((version) => ({ ...version, digest }));
  await shop.fake.files.writeAtomic(lockPath('/shop'), printLock({ ...lock, versions }));
  return shop;
}

const write = (context: Shop, options: Partial<ExportOptions> = {}) =>
  exportEnvironment(context, { format: 'compose', force: false, ...options });

describe('export', () => {
  it('writes nothing into a folder that became a link meanwhile', async () => {
    const shop = await openPushed();
    let exchanged = false;
    const changed: Partial<Shop['files']> = {
      makeFolder: () => Promise.resolve(void (exchanged = true)),
      realPath: (path: string) => Promise.resolve(exchanged && path !== '/shop' ? '/home/ann' : path),
      kindOf: (path: string) => (path === '/shop/dev' ? Promise.resolve('folder' as const) : shop.files.kindOf(path)),
    };
    const files = new Proxy(shop.files, {
      get: (target, key: keyof Shop['files']) => changed[key] ?? target[key].bind(target),
    });
    const before = new Map(shop.fake.files.files);
    await expect(write({ ...shop, files }, { output: 'dev/compose.yaml' })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
    expect(shop.fake.files.files).toEqual(before);
  });

  it('needs no engine, and writes nothing unless it is asked to', async () => {
    const shop = await openPushed('env: {A: b}\n');
    const before = new Map(shop.fake.files.files);
    const unasked = { ...shop, engine: () => Promise.reject(new Error('the engine was asked')) };
    const { files, written, version } = await write(unasked);
    expect(files[0].text).toContain(`image: ${repository}@${digest}\n`);
    expect([written, version]).toEqual([[], 1]);
    expect(shop.fake.files.files).toEqual(before);
  });

  it('takes variables from the image of this engine', async () => {
    const shop = await openPushed('env: {PATH: "${PATH}:/opt/bin"}\n');
    const image = shop.fake.engine.images.require(`devenv/shop:1-${shop.version.content.slice(7, 19)}`);
    expect(image.config.env).toEqual([]);
    expect((await write(shop)).notes).toEqual([expect.stringMatching(/^env\.PATH: .*`devenv pull`/)]);
  });

  it('writes files where it is told, with paths from there', async () => {
    const shop = await openPushed('services: {db: {image: "db:1", volumes: ["./seed:/seed"]}}\n');
    const { written } = await write(shop, { format: 'devcontainer', output: '.devcontainer/devcontainer.json' });
    expect(written).toEqual(['/shop/.devcontainer/devcontainer.json', '/shop/.devcontainer/compose.yaml']);
    expect(shop.fake.files.files.get('/shop/.devcontainer/compose.yaml')).toContain('source: "../seed"\n');
  });

  it('replaces no file, unless --force says so', async () => {
    const shop = await openPushed('services: {db: {image: "db:1"}}\n');
    await shop.fake.files.makeFolder('/shop/dev');
    await shop.fake.files.writeAtomic('/shop/dev/compose.yaml', 'mine');
    const options = { format: 'devcontainer', output: 'dev/devcontainer.json' } as const;
    await expect(write(shop, options)).rejects.toMatchObject({ code: 'FILE_EXISTS', exitCode: 1 });
    expect(shop.fake.files.files.get('/shop/dev/compose.yaml')).toBe('mine');
    expect(shop.fake.files.files.has('/shop/dev/devcontainer.json')).toBe(false);
    await write(shop, { ...options, force: true });
    expect(shop.fake.files.files.get('/shop/dev/compose.yaml')).toContain('db:1');
  });

  it('says `devenv push` for a version that was never pushed', async () => {
    const shop = await openShop(`image: ${repository}\n`);
    await expect(write(shop)).rejects.toMatchObject({
      code: 'VERSION_NOT_PUSHED',
      suggestions: ['Run `devenv push`, then the same command again.'],
    });
    await expect(write(await openShop())).rejects.toMatchObject({ suggestions: [expect.stringContaining('`image: ')] });
  });

  it('refuses changes that no version contains', async () => {
    const shop = await openPushed();
    const text = shop.fake.files.files.get('/shop/devenv.yaml') ?? '';
    await shop.fake.files.writeAtomic('/shop/devenv.yaml', `${text}packages: {apt: [jq]}\n`);
    await expect(write(shop)).rejects.toMatchObject({ code: 'CHANGES_PENDING', exitCode: 6 });
  });

  it('writes no value of the machine that a compose file takes', async () => {
    const shop = await openPushed();
    const { files: host } = shop.fake;
    const compose = 'services: {db: {image: db, environment: {T: "${TAG:-none}"}}}';
    await host.writeAtomic('/shop/compose.yaml', compose);
    const text = host.files.get('/shop/devenv.yaml') ?? '';
    await host.writeAtomic('/shop/devenv.yaml', `${text}compose: {file: compose.yaml, variables: [TAG]}\n`);
    const { files } = await write({ ...shop, variables: { TAG: 'private' } });
    expect(files[0].text).toContain('T: none\n');
  });
});
