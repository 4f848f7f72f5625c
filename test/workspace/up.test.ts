import { describe, expect, it } from 'vitest';
import { nameResource } from '../../src/observe/place.ts';
import { listSnapshots } from '../../src/snapshots/list.ts';
import { restart } from '../../src/workspace/restart.ts';
import { dryRunUp, up } from '../../src/workspace/up.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });

const callsOf = ({ fake: { engine } }: Shop): readonly string[] => engine.runtime.calls.splice(0);
const write = ({ fake: { files } }: Shop, yaml: string): Promise<void> =>
  files.writeAtomic('/shop/devenv.yaml', `version: 1\nname: shop\nbase: debian:bookworm-slim\n${yaml}`);
const work = ({ fake: { engine } }: Shop): Promise<number> =>
  engine.runtime.exec(name, { argv: ['touch', '/usr/local/bin/jq'] });

describe('up', () => {
  it('creates and starts the workspace of the current version, and then has nothing to do', async () => {
    const shop = await openShop();
    expect(await up(shop, options)).toMatchObject({ version: 1, built: false, operations: [{ kind: 'create' }] });
    expect(callsOf(shop)).toEqual([`create ${name}`, `start ${name}`]);
    expect((await up(shop, options)).operations).toEqual([]);
    expect(callsOf(shop)).toEqual([]);
  });

  it.each([
    ['volumes: ["cache:/cache", "~/.aws:/aws"]\n', 'devenv.yaml: volumes'],
    ['services: {db: {image: "pg", volumes: ["~/.pg:/pg:ro"]}}\n', 'devenv.yaml: services.db.volumes'],
  ])('refuses a folder of the home folder with an engine on another machine: %s', async (yaml, at) => {
    const shop = await openShop(yaml);
    Object.assign(shop.fake.engine.capabilities, { mountsFolders: false });
    await expect(dryRunUp(shop, options)).rejects.toMatchObject({ code: 'CONFIG_INVALID', at });
    await write(shop, yaml.replaceAll('~/', '/home/me/'));
    expect((await dryRunUp(shop, options)).map(({ kind }) => kind)).toContain('create');
  });

  it('reads devenv.yaml once, and takes no lock if nothing is to be done', async () => {
    const shop = await openShop();
    const { files } = shop.fake;
    const readText = files.readText.bind(files);
    const read: string[] = [];
    files.readText = (path, limit) => {
      read.push(path);
      return readText(path, limit);
    };
    let held = 0;
    const projectLock = async () => ({
      hold: async <T>(_: string, __: string, run: (held: { check: () => void }) => Promise<T>): Promise<T> => {
        held += 1;
        return run({ check: () => undefined });
      },
      isFree: async () => true,
    });
    const watched = Object.assign(Object.create(shop) as Shop, { projectLock });
    await up(watched, options);
    expect([read.filter((path) => path === '/shop/devenv.yaml').length, held]).toEqual([1, 1]);
    await up(watched, options);
    expect([read.filter((path) => path === '/shop/devenv.yaml').length, held]).toEqual([2, 1]);
  });

  it('uses what another command wrote into the lock while it waited', async () => {
    const shop = await openShop();
    await up(shop, options);
    await write(shop, 'env: {A: "1"}\n');
    const lock = await shop.projectLock();
    const waiting = Object.assign(Object.create(shop) as Shop, {
      projectLock: async (): Promise<typeof lock> => ({
        ...lock,
        hold: async (folder, command, run) => {
          await write(shop, '');
          const text = shop.fake.files.files.get('/shop/devenv-lock.yaml') ?? '';
          await shop.fake.files.writeAtomic('/shop/devenv-lock.yaml', text.replace('first', 'second'));
          return lock.hold(folder, command, run);
        },
      }),
    });
    expect((await up(waiting, options)).operations).toEqual([]);
  });

  it('starts a stopped workspace', async () => {
    const shop = await openShop();
    await up(shop, options);
    await shop.fake.engine.runtime.stop(name);
    callsOf(shop);
    expect((await up(shop, options)).operations).toMatchObject([{ kind: 'start' }]);
    expect(callsOf(shop)).toEqual([`start ${name}`]);
  });

  it('replaces the container if its settings changed', async () => {
    const shop = await openShop();
    await up(shop, options);
    callsOf(shop);
    await write(shop, 'env: {A: "1"}\n');
    expect((await up(shop, options)).operations).toMatchObject([{ kind: 'recreate' }]);
    const calls = callsOf(shop).map((call) => call.split(' ')[0]);
    expect(calls.filter((call) => !call?.includes('pause'))).toEqual(['create', 'start', 'remove']);
  });

  it('refuses to drop changes that no version has, unless told to', async () => {
    const shop = await openShop();
    await up(shop, options);
    await work(shop);
    await write(shop, 'env: {A: "1"}\n');
    callsOf(shop);
    Object.assign(shop.prompt, { interactive: false });
    await expect(up(shop, options)).rejects.toMatchObject({ code: 'DRIFT_UNSAVED' });
    expect(callsOf(shop)).toEqual([]);
    expect((await up(shop, { ...options, discard: true })).operations).toMatchObject([{ kind: 'recreate' }]);
    expect(await listSnapshots(shop, 'main')).toMatchObject([
      { cause: 'reset', container: { drift: { kind: 'layer' } } },
    ]);
    await work(shop);
    await write(shop, '');
    await up(shop, { ...options, discard: true, snapshot: false });
    expect(await listSnapshots(shop, 'main')).toHaveLength(1);
  });

  it('uses another port if a program has the one that is asked for', async () => {
    const shop = await openShop('ports: [3000]\n');
    const { runtime } = shop.fake.engine;
    runtime.takenPorts.push({ address: '127.0.0.1', host: 3000, protocol: 'tcp' });
    expect((await up(shop, options)).operations).toMatchObject([{ kind: 'create' }]);
    const [container] = await runtime.list([]);
    expect(container).toMatchObject({ name, state: 'running', ports: [{ host: 3001 }] });
    expect(callsOf(shop)).toEqual([`create ${name}`, `remove ${name}`, `create ${name}`, `start ${name}`]);
  });

  it('refuses with --strict-ports if a program has the port', async () => {
    const shop = await openShop('ports: [3000]\n');
    const { runtime } = shop.fake.engine;
    runtime.takenPorts.push({ address: '127.0.0.1', host: 3000, protocol: 'tcp' });
    await expect(up(shop, { ...options, strictPorts: true })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    expect(await runtime.list([])).toEqual([]);
  });

  it('refuses with --frozen what devenv.yaml asks for beyond the lock', async () => {
    const shop = await openShop();
    await write(shop, 'packages: {apt: [git]}\n');
    await expect(up(shop, { ...options, frozen: true })).rejects.toMatchObject({ code: 'CHANGES_PENDING' });
    expect(callsOf(shop)).toEqual([]);
  });

  it('asks for trust before anything is done', async () => {
    const shop = await openShop('volumes: ["/etc/ssl:/etc/ssl"]\n');
    shop.fake.prompt.agrees = false;
    await expect(up(shop, options)).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    expect(callsOf(shop)).toEqual([]);
    shop.fake.prompt.agrees = true;
    await up(shop, options);
    expect(shop.fake.prompt.asked.filter((question) => question.includes('agree'))).toHaveLength(2);
  });

  it('creates volumes and the network before containers, and waits for services', async () => {
    const shop = await openShop(
      'volumes: ["home:/home/dev"]\nservices: {db: {image: "redis:7", command: [sleep, infinity], volumes: ["d:/data"]}}\n',
    );
    const { engine } = shop.fake;
    engine.images.add('redis:7');
    expect((await up(shop, options)).operations).toMatchObject([{ kind: 'create' }, { kind: 'create', service: 'db' }]);
    expect((await engine.volumes.list([])).map((volume) => volume.name)).toEqual([`${name}.d`, `${name}.home`]);
    expect((await engine.runtime.list([])).map((one) => one.state)).toEqual(['running', 'running']);
    expect((await up(shop, options)).operations).toEqual([]);
  });

  it('says where the data of a renamed volume is, and of a renamed project', async () => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    await up(shop, options);
    await write(shop, 'volumes: ["store:/data"]\n');
    await up(shop, options);
    const told = `The volume data of an earlier devenv.yaml still has its data (${name}.data).`;
    expect(shop.fake.progress.said.filter((line) => line.startsWith(told))).toHaveLength(1);
    expect((await shop.fake.engine.volumes.list([])).map((volume) => volume.name)).toContain(`${name}.data`);
    await up(shop, options);
    expect(shop.fake.progress.said.filter((line) => line.startsWith(told))).toHaveLength(1);
  });

  it('shows once what each person runs by hand, and never runs it', async () => {
    const shop = await openShop('prepare: "mkdir -p ~/.m2\\nmake"\n');
    await up(shop, options);
    const told = shop.fake.progress.said.filter((line) => /^(?:This project expects| {2}\S)/.test(line));
    expect(told).toEqual([
      'This project expects that these commands were run on your machine. devenv does not run them:',
      ...['  mkdir -p ~/.m2', '  make'],
    ]);
    shop.fake.progress.said.length = 0;
    await up(shop, options);
    expect(shop.fake.progress.said.filter((line) => line.startsWith('This project expects'))).toEqual([]);
  });

  it('shows with --dry-run what it would do, and does nothing of it', async () => {
    const shop = await openShop();
    expect(await dryRunUp(shop, options)).toMatchObject([{ kind: 'create' }, { kind: 'start' }, { kind: 'owners' }]);
    expect(callsOf(shop)).toEqual([]);
  });
});

describe('restart', () => {
  it('stops the workspace and brings it up again', async () => {
    const shop = await openShop();
    await up(shop, options);
    callsOf(shop);
    expect((await restart(shop, options, undefined)).operations).toMatchObject([{ kind: 'start' }]);
    expect(callsOf(shop)).toEqual([`stop ${name}`, `start ${name}`]);
  });

  it('says that a service does not exist, and stops nothing', async () => {
    const shop = await openShop();
    await up(shop, options);
    callsOf(shop);
    await expect(restart(shop, options, 'db')).rejects.toMatchObject({ code: 'USAGE' });
    expect(callsOf(shop)).toEqual([]);
  });
});
