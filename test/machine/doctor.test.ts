import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { doctor, type Check } from '../../src/machine/doctor.ts';
import { noProxies, type Proxies } from '../../src/model/network/proxies.ts';
import { addContainer } from '../fakes/add-container.ts';
import { makeContext } from '../fakes/make-context.ts';
import { openShop } from '../fakes/open-shop.ts';

const statesOf = (checks: readonly Check[]): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, state }) => [name, state]));
const find = (checks: readonly Check[], name: string): Check | undefined => checks.find((check) => check.name === name);

describe('doctor', () => {
  it('finds nothing wrong with a workspace that is up', async () => {
    const shop = await openShop();
    await addContainer(shop.fake.engine, 'shop');
    const checks = await doctor(shop, 'main');
    expect(statesOf(checks)).toEqual({
      ...{ project: 'good', engine: 'good', trust: 'good', version: 'good', workspace: 'good', registry: 'unknown' },
    });
    expect(find(checks, 'version')?.detail).toBe('version 1 is on this engine, not pushed');
    expect(find(checks, 'workspace')?.detail).toMatch(/is running$/);
  });

  it('does not check what needs a project if there is none', async () => {
    const checks = await doctor(makeContext(), 'main');
    expect(statesOf(checks)).toMatchObject({
      project: 'unknown',
      engine: 'good',
      trust: 'unknown',
      version: 'unknown',
    });
    expect(find(checks, 'project')?.hint).toContain('devenv init');
  });

  it('reports an engine that does not answer, with its hint', async () => {
    const engine = (): Promise<never> => Promise.reject(new DevenvError('ENGINE_UNREACHABLE', 'No engine answers.'));
    const checks = await doctor(makeContext({}, { ports: { engine } }), 'main');
    expect(find(checks, 'engine')).toMatchObject({ state: 'bad', detail: 'No engine answers.' });
    expect(find(checks, 'engine')?.hint).toContain('Docker or Podman');
  });

  it.each([
    ['', /the project folder gets the label/],
    ['volumes: ["/srv:/srv"]\n', /runs without a label/],
    ['docker: inside\n', /devenv\.yaml decides/],
  ])('says what SELinux means for %j', async (yaml, detail) => {
    const shop = await openShop(yaml);
    const described = await shop.fake.engine.describe();
    shop.fake.engine.describe = async () => ({ ...described, selinux: true });
    const checks = await doctor(shop, 'main');
    expect(find(checks, 'engine')?.detail).toContain('SELinux');
    expect(find(checks, 'selinux')).toMatchObject({ state: 'good', detail: expect.stringMatching(detail) as string });
  });

  it('says which proxy is used, who says so, and whether the engine uses another one', async () => {
    const shop = await openShop();
    const of = async (proxies: Partial<Proxies>, engine?: object): Promise<Check | undefined> => {
      const described = await shop.fake.engine.describe();
      shop.fake.engine.describe = async () => ({ ...described, ...(engine && { proxies: engine }) });
      const network = () => Promise.resolve({ proxies: { ...noProxies, ...proxies }, logins: [] });
      return find(await doctor(Object.assign(Object.create(shop) as typeof shop, { network }), 'main'), 'proxy');
    };
    expect(await of({})).toBeUndefined();
    const https = 'http://kim:hunter22@proxy.test:3128';
    const own = { https, direct: ['.corp.test'], sources: { https: 'HTTPS_PROXY', direct: 'no_proxy' } };
    const detail = 'https by http://kim:***@proxy.test:3128 (HTTPS_PROXY), not for .corp.test (no_proxy)';
    expect(await of(own)).toMatchObject({
      ...{ state: 'good', detail: `${detail}; the engine uses none`, hint: expect.stringContaining('own settings') },
    });
    const same = { https: 'http://xxxxx:xxxxx@proxy.test:3128/' };
    expect(await of(own, same)).toEqual({
      name: 'proxy',
      state: 'good',
      detail: `${detail}; the engine uses the same`,
    });
    const other = { https: 'http://xxxxx:hunter22@other.test' };
    expect((await of(own, other))?.detail).toBe(`${detail}; the engine uses https by http://xxxxx:***@other.test`);
    expect((await of({}, other))?.detail).toBe(
      'devenv uses none; the engine uses https by http://xxxxx:***@other.test',
    );
  });

  it('reports a proxy that is no address', async () => {
    const network = () => Promise.reject(new DevenvError('USAGE', 'The proxy in X is no address.'));
    const checks = await doctor(makeContext({}, { ports: { network } }), 'main');
    expect(find(checks, 'proxy')).toMatchObject({ state: 'bad', detail: 'The proxy in X is no address.' });
  });

  it('asks for trust in what devenv.yaml requests', async () => {
    const shop = await openShop('volumes: ["/srv:/srv"]\n');
    expect(find(await doctor(shop, 'main'), 'trust')).toEqual({
      ...{ name: 'trust', state: 'bad', hint: 'Review the requests and agree with `devenv trust`.' },
      detail: 'devenv.yaml makes 1 request to your machine; you did not agree to 1',
    });
  });

  it('says who can push a version that this engine does not have', async () => {
    const shop = await openShop();
    const { images } = shop.fake.engine;
    for (const { tags } of await images.list([])) for (const tag of tags) await images.remove(tag);
    expect(find(await doctor(shop, 'main'), 'version')).toMatchObject({
      ...{ state: 'bad', detail: 'version 1 is not on this engine and was not pushed' },
      hint: 'Ask Ada to run `devenv push`, or build a new version with `devenv build --clean`.',
    });
  });
});
