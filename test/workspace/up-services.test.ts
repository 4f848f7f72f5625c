import { describe, expect, it } from 'vitest';
import { ls } from '../../src/workspace/ls.ts';
import { status } from '../../src/workspace/status.ts';
import { restart } from '../../src/workspace/restart.ts';
import { down } from '../../src/workspace/down.ts';
import { up } from '../../src/workspace/up.ts';
import { destroy } from '../../src/workspace/destroy.ts';
import { provideProxy } from '../../src/containers/secret-values/provide-proxy.ts';
import { readProject } from '../../src/observe/project.ts';
import { nameResource } from '../../src/observe/place.ts';
import { noProxies } from '../../src/model/network/proxies.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
const profile = (...profiles: string[]) => ({ ...options, chosen: { profiles } });
const sleeping = 'image: "redis:7", command: [sleep, infinity]';

async function open(services: string): Promise<Shop> {
  const shop = await openShop(`services:\n${services}`);
  shop.fake.engine.images.add('redis:7');
  return shop;
}

const declare = ({ fake: { files } }: Shop, services: string): Promise<void> =>
  files.writeAtomic('/shop/devenv.yaml', `version: 1\nname: shop\nbase: debian:bookworm-slim\nservices:\n${services}`);

/** What happened to containers of services, by their names. */
const callsOf = ({ fake: { engine } }: Shop): readonly string[] => {
  const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
  return engine.runtime.calls
    .splice(0)
    .flatMap((call) => (call.includes(`${name}.`) ? [call.replace(`${name}.`, '')] : []));
};

const statesOf = async (shop: Shop): Promise<readonly string[]> =>
  (await status(shop, 'main')).services.map(({ name, state }) => `${name} ${state}`);

describe('a service that runs once', () => {
  const seed = (extra = ''): string => `  seed: {image: "redis:7", command: [seed]${extra}}\n`;
  const web = `  web: {${sleeping}, depends_on: {seed: completed}}\n`;

  it('runs before those that need it, is done, and does not run again', async () => {
    const shop = await open(web + seed());
    let runs = 0;
    shop.fake.engine.runtime.programs['seed'] = () => (runs += 1) && 0;
    await up(shop, options);
    expect(callsOf(shop)).toEqual(['create seed', 'create web', 'start seed', 'start web']);
    expect(await statesOf(shop)).toEqual(['web running', 'seed done']);
    expect((await ls(shop))[0]?.services).toEqual([
      { name: 'seed', state: 'done' },
      { name: 'web', state: 'running' },
    ]);
    expect((await up(shop, options)).operations).toEqual([]);
    await down(shop, 'main');
    await up(shop, options);
    expect(runs).toBe(1);
    await declare(shop, web + seed(', env: {ROWS: 10}'));
    await up(shop, options);
    expect(runs).toBe(2);
    await restart(shop, options, 'seed');
    expect(runs).toBe(3);
  });

  it('fails with its last lines, and runs again at the next up', async () => {
    const shop = await open(web + seed());
    const { programs } = shop.fake.engine.runtime;
    programs['seed'] = ({ err }) => {
      err('no such table\n');
      return 3;
    };
    await expect(up(shop, options)).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: 'The service seed ended with exit code 3.\n  no such table',
    });
    expect(await statesOf(shop)).toEqual(['web absent', 'seed exited']);
    programs['seed'] = () => 0;
    await up(shop, options);
    expect(await statesOf(shop)).toEqual(['web running', 'seed done']);
  });

  it('is waited for again if an up was interrupted', async () => {
    const shop = await open('  seed: {image: "redis:7", command: [seed], until: completed}\n');
    let finish = (): void => undefined;
    const finished = new Promise<number>((resolve) => (finish = () => resolve(0)));
    shop.fake.engine.runtime.programs['seed'] = () => finished;
    const first = up(shop, options);
    await expect.poll(() => statesOf(shop)).toEqual(['seed running']);
    const second = up(shop, options);
    finish();
    await Promise.all([first, second]);
    expect(await statesOf(shop)).toEqual(['seed done']);
  });
});

describe('profiles', () => {
  const services = [
    `  db: {${sleeping}}`,
    `  store: {${sleeping}, profiles: [debug]}`,
    `  admin: {${sleeping}, profiles: [admin, all], depends_on: [store]}`,
    '',
  ].join('\n');

  it('start only when they are named, with what they need, and stay until down', async () => {
    const shop = await open(services);
    await up(shop, options);
    expect(await statesOf(shop)).toEqual(['db running', 'store absent', 'admin absent']);
    await up(shop, profile('all'));
    expect(await statesOf(shop)).toEqual(['db running', 'store running', 'admin running']);
    callsOf(shop);
    expect((await up(shop, options)).operations).toEqual([]);
    await restart(shop, options, undefined);
    expect(await statesOf(shop)).toEqual(['db running', 'store running', 'admin running']);
    await down(shop, 'main');
    await up(shop, options);
    expect(await statesOf(shop)).toEqual(['db running', 'store exited', 'admin exited']);
    await restart(shop, options, 'store');
    expect(await statesOf(shop)).toEqual(['db running', 'store running', 'admin exited']);
  });

  it('keep the pins of services that did not start', async () => {
    const shop = await open(services.replaceAll('redis:7', 'registry.test/redis:7'));
    shop.fake.engine.images.add('registry.test/redis:7');
    await up(shop, profile('all', 'debug'));
    const before = shop.fake.files.files.get('/shop/devenv-lock.yaml');
    await up(shop, options);
    expect(shop.fake.files.files.get('/shop/devenv-lock.yaml')).toBe(before);
  });

  it('must exist', async () => {
    await expect(up(await open(services), profile('test'))).rejects.toMatchObject({
      code: 'USAGE',
      message: 'No service has the profile "test".',
      suggestions: ['There are debug, admin, all.'],
    });
    await expect(up(await open(services), profile('debig'))).rejects.toMatchObject({
      suggestions: ['Did you mean debug? There are debug, admin, all.'],
    });
  });
});

describe('the HEALTHCHECK of an image', () => {
  const healthcheck = { test: ['CMD', 'check'], interval: 1000, retries: 2 };

  it('decides by itself whether a service is ready', async () => {
    const shop = await openShop(`services: {db: {${sleeping}}}\n`);
    const { images, runtime } = shop.fake.engine;
    images.add('redis:7', { healthcheck });
    let asked = 0;
    runtime.programs['check'] = () => ((asked += 1) < 3 ? 1 : 0);
    await up(shop, options);
    expect(asked).toBe(3);
    expect((await status(shop, 'main')).services).toEqual([{ name: 'db', state: 'running', ready: true }]);
    runtime.programs['check'] = () => 1;
    expect((await status(shop, 'main')).services).toEqual([{ name: 'db', state: 'running', ready: false }]);
  });

  it('gives way to another check, and to none', async () => {
    const shop = await openShop(
      `services: {db: {${sleeping}, ready: {command: ["true"]}}, web: {${sleeping}, ready: started}}\n`,
    );
    const { images, runtime } = shop.fake.engine;
    images.add('redis:7', { healthcheck });
    let asked = 0;
    runtime.programs['check'] = () => (asked += 1);
    await up(shop, options);
    expect(asked).toBe(0);
    expect((await status(shop, 'main')).services).toEqual([
      { name: 'db', state: 'running', ready: true },
      { name: 'web', state: 'running' },
    ]);
  });

  it('must be there if it is asked for', async () => {
    const shop = await open(`  db: {${sleeping}, ready: healthcheck}\n`);
    await expect(up(shop, options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'services.db.ready asks for the HEALTHCHECK of its image, which has none.',
    });
  });
});

describe('a volume that an image declares', () => {
  const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
  const sourcesOf = ({ fake: { engine } }: Shop) =>
    engine.runtime.containers.flatMap(({ name: own, spec: { mounts } }) =>
      mounts.flatMap((one) =>
        one.kind === 'volume' && one.source.startsWith(name) ? [`${own.replace(`${name}.`, '')} ${one.source}`] : [],
      ),
    );
  const db = `  db: {image: "db:1", command: [sleep, infinity]VOLUMES}\n`;
  const cache = `  cache: {${sleeping}, volumes: ["db-data:/x"]}\n`;
  const openWith = async (services: string): Promise<Shop> => {
    const shop = await open(services);
    shop.fake.engine.images.add('db:1', { volumes: ['/data'] });
    return shop;
  };

  it('is not shared with a volume of that name that another service mounts', async () => {
    const shop = await openWith(db.replace('VOLUMES', '') + cache);
    await expect(up(shop, options)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message:
        'The image of the service db declares a volume at /data, which is called db-data. services.cache.volumes mounts a volume of that name at /x.',
      suggestions: [expect.stringContaining('add "db-data:/data" to services.db.volumes')],
    });
    expect(shop.fake.engine.runtime.containers.filter(({ name: own }) => own.startsWith(`${name}.`))).toEqual([]);
  });

  it('keeps its data when a service is added that would share it, and is shared if both name it', async () => {
    const shop = await openWith(db.replace('VOLUMES', ''));
    await up(shop, options);
    expect(sourcesOf(shop)).toEqual([`db ${name}.db-data`]);
    await declare(shop, db.replace('VOLUMES', '') + cache);
    await expect(up(shop, options)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(sourcesOf(shop)).toEqual([`db ${name}.db-data`]);
    await declare(shop, db.replace('VOLUMES', ', volumes: ["db-data:/data"]') + cache);
    await up(shop, options);
    expect(sourcesOf(shop)).toEqual([`cache ${name}.db-data`, `db ${name}.db-data`]);
  });
});

describe('services on networks of their own', () => {
  const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
  const services = `  db: {${sleeping}, networks: {inside: {aliases: [database]}}}
  web: {${sleeping}, networks: [inside, default]}
  beside: {${sleeping}, network: "service:db"}
`;
  /** Network → names of containers on it, each with all its names there. */
  const networksOf = ({ fake: { engine } }: Shop) =>
    Object.fromEntries(
      engine.runtime.containers.map(({ name: own, networks }) => [
        own.replace(name, '').replace(/^\./, ''),
        Object.fromEntries([...networks].map(([network, names]) => [network.replace(name, ''), names])),
      ]),
    );
  const namesOf = async ({ fake: { engine } }: Shop) =>
    (await engine.networks.list([])).map((one) => one.name.replace(name, ''));
  const inside = (definition: string, rest = ''): string => `${services}networks: {inside: ${definition}}\n${rest}`;

  it('are on these alone, and nothing asks for networks when all is as it should be', async () => {
    const shop = await open(inside('{internal: true}'));
    await up(shop, options);
    expect(networksOf(shop)).toMatchObject({
      '': { '': ['workspace'] },
      db: { '.inside.internal': ['db', 'database', 'beside'] },
      web: { '.inside.internal': ['web'], '': ['web'] },
    });
    const { networks } = shop.fake.engine;
    const list = networks.list.bind(networks);
    let asked = 0;
    networks.list = (wanted) => {
      asked += 1;
      return list(wanted);
    };
    expect((await up(shop, options)).operations).toEqual([]);
    expect(asked).toBe(0);
  });

  it('move when the definition changes, and nothing is created again', async () => {
    const shop = await open(inside(''));
    await up(shop, options);
    expect(await namesOf(shop)).toEqual(['', '.inside']);
    callsOf(shop);
    await declare(shop, inside('{internal: true}', 'network: [inside]\n'));
    await up(shop, options);
    expect(callsOf(shop)).toEqual([]);
    expect(await namesOf(shop)).toEqual(['', '.inside.internal']);
    expect(networksOf(shop)).toMatchObject({
      '': { '.inside.internal': ['workspace'] },
      db: { '.inside.internal': ['db', 'database', 'beside'] },
      web: { '': ['web'], '.inside.internal': ['web'] },
    });
    await declare(shop, inside('', `ports: []\n`).replace('[inside, default]', '[default]'));
    await up(shop, options);
    expect(networksOf(shop)).toMatchObject({ '': { '': ['workspace'] }, web: { '': ['web'] } });
    expect((await up(shop, options)).operations).toEqual([]);
  });

  it('leave no network behind', async () => {
    const shop = await open(inside('{internal: true}'));
    await up(shop, options);
    await declare(shop, `  web: {${sleeping}}\n`);
    await up(shop, options);
    expect(await namesOf(shop)).toEqual(['']);
    await declare(shop, inside('{internal: true}'));
    await up(shop, options);
    await destroy(shop, { workspace: 'main', discard: true, volumes: false, snapshot: false });
    expect(await namesOf(shop)).toEqual([]);
  });

  it('are reached without a proxy by all their names', async () => {
    const shop = await open(inside('', 'network: {inside: {aliases: [api]}}\n'));
    const network = () => Promise.resolve({ proxies: { ...noProxies, https: 'http://proxy.test:1' }, logins: [] });
    const { environment } = await readProject(shop);
    const { variables } = await provideProxy({ network }, environment);
    expect(variables['no_proxy']?.split(',').slice(3).sort()).toEqual([
      ...['api', 'beside', 'database', 'db', 'web', 'workspace'],
    ]);
  });
});

describe('a service with the proxies of the person', () => {
  it('gets them before its program starts, and its container has none of them', async () => {
    const address = "http://kim:it's@proxy.test:3128";
    const shop = await open(`  db: {${sleeping}, proxy: true}\n  web: {${sleeping}}\n`);
    const network = () => Promise.resolve({ proxies: { ...noProxies, https: address }, logins: [] });
    const given: string[] = [];
    const { programs } = shop.fake.engine.runtime;
    const waits = programs['/bin/sh'] ?? (() => 1);
    programs['/bin/sh'] = async (run) => {
      if (run.args[1]?.startsWith('while [ ! -e') === true) return programs['sleep']?.(run) ?? 1;
      if (run.args.includes('.env'))
        given.push(`${run.container.name.replace(/.*\./, '')} ${String(await run.input())}`);
      return run.args[1]?.startsWith('umask') === true ? 0 : waits(run);
    };
    await up(Object.assign(Object.create(shop) as Shop, { network }), options);
    expect(given).toHaveLength(1);
    expect(given[0]).toContain(`db export https_proxy='http://kim:it'\\''s@proxy.test:3128'\n`);
    expect(given[0]).toContain("export no_proxy='localhost,127.0.0.1,::1,workspace,db,web'");
    const specs = shop.fake.engine.runtime.containers.map(({ spec }) => spec);
    expect(JSON.stringify(specs)).not.toContain('proxy.test');
    expect(specs.filter(({ mounts }) => mounts.some(({ target }) => target === '/run/secrets'))).toHaveLength(1);
  });
});
