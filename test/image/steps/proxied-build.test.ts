import { describe, expect, it } from 'vitest';
import { build } from '../../../src/image/build.ts';
import { listProxySecrets, noProxies, type Proxies } from '../../../src/model/network/proxies.ts';
import { makeContext } from '../../fakes/make-context.ts';

const yaml = [
  ...['version: 1', 'name: shop', 'base: debian:bookworm-slim', 'user: root'],
  ...['packages: {apt: [git]}', 'run: [{name: tool, run: make-tool}]', ''],
].join('\n');
const address = 'http://kim:hunter%4022@proxy.test:3128';
const proxied: Proxies = { http: address, https: address, direct: ['.corp.test'], sources: {} };

/** Builds a project on an engine in memory. `print`: what the command of `run` prints, and its exit code. */
async function buildBehind(
  proxies: Proxies,
  print: (env: Readonly<Record<string, string>>) => string = () => '',
  code = 0,
) {
  const packages = () => Promise.reject(new Error('No step fetches a package.'));
  const network = () => Promise.resolve({ proxies, logins: [] });
  const context = makeContext({ 'devenv.yaml': yaml }, { ports: { packages, network } });
  const { engine, files, progress } = context.fake;
  engine.images.add('debian:bookworm-slim');
  const { programs } = engine.runtime;
  const seen: Record<string, Readonly<Record<string, string>>> = {};
  programs['/bin/sh'] = programs['sleep'] ?? (() => 127);
  programs['find'] = () => 0;
  programs['dpkg-query'] = ({ out }) => (out('ii \tgit\tamd64\t2.39\n'), 0);
  programs['sh'] = ({ args: [, script = '', name], env, out }) => {
    if (script.startsWith('for each in apt-get')) return (out('apt-get\n'), 0);
    if (name === 'apt-get') seen['apt'] = env;
    if (script !== 'make-tool') return 0;
    seen['run'] = env;
    out(print(env));
    return code;
  };
  const result = await build(context, { clean: false, noCache: false, update: false, discard: false, allow: [] }).then(
    ({ version }) => version,
    (error: unknown) => error as Error & { readonly data: unknown },
  );
  const images = await engine.images.list([]);
  const lock = files.files.get('/shop/devenv-lock.yaml') ?? '';
  return { result, seen, lock, images, kept: JSON.stringify([images, lock, progress.said]) };
}

describe('a build behind a proxy', () => {
  it('gives the proxies to every step, in both cases', async () => {
    const { seen } = await buildBehind(proxied);
    const variables = {
      ...{ http_proxy: address, HTTP_PROXY: address, https_proxy: address, HTTPS_PROXY: address },
      ...{ no_proxy: '.corp.test,localhost,127.0.0.1,::1', NO_PROXY: '.corp.test,localhost,127.0.0.1,::1' },
    };
    expect(seen).toMatchObject({ apt: variables, run: variables });
  });

  it('makes the same images and the same lock as one without a proxy', async () => {
    const [behind, open] = [await buildBehind(proxied), await buildBehind(noProxies)];
    expect(behind.result).not.toBeInstanceOf(Error);
    expect(open.seen['run']).not.toHaveProperty('http_proxy');
    const names = ({ images }: typeof open) => images.flatMap(({ tags }) => tags).sort();
    expect(names(behind)).toEqual(names(open));
    const plain = ({ lock }: typeof open) => lock.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then');
    expect(plain(behind)).toBe(plain(open));
    for (const secret of listProxySecrets(proxied)) expect(behind.kept).not.toContain(secret);
  });

  it('shows no password that a step prints', async () => {
    const { result, kept } = await buildBehind(
      proxied,
      (env) => `${String(env['http_proxy'])} hunter@22 ${btoa('kim:hunter@22')}\n`,
      3,
    );
    expect(result).toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringContaining('http://kim:***@proxy.test:3128 *** ***'),
    });
    for (const secret of listProxySecrets(proxied)) {
      expect(kept).not.toContain(secret);
      expect(JSON.stringify([result, (result as Error).message])).not.toContain(secret);
    }
  });

  it.each([
    'Err:1 http://deb.debian.org/debian bookworm InRelease  407  Proxy Authentication Required [IP: 10.0.0.1 3128]',
    'E: Failed to fetch https://deb.debian.org/debian/dists/bookworm/InRelease  Invalid response from proxy: HTTP/1.1 407 Proxy Authentication Required',
    'npm ERR! code E407',
    'npm error 407 Proxy Authentication Required - GET http://registry.npmjs.org/x',
    'npm ERR! tunneling socket could not be established, statusCode=407',
    "  WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication Required'))': /simple/x/",
    'curl: (56) CONNECT tunnel failed, response 407',
    'curl: (56) Received HTTP code 407 from proxy after CONNECT',
    'Proxy tunneling failed: Proxy Authentication RequiredUnable to establish SSL connection.',
    'ERROR:  Could not find a valid gem, here is why: bad response Proxy Authentication Required 407',
    'Error: Proxy response (407) !== 200 when HTTP Tunneling',
    'proxyconnect tcp: Proxy Authentication Required',
  ])('explains with status 5 that a proxy wants a login: %s', async (line) => {
    const { result } = await buildBehind(proxied, () => `${line}\n`, 100);
    expect(result).toMatchObject({
      ...{ code: 'PROXY_DENIED', exitCode: 5, state: expect.stringContaining('Nothing of this step was kept') },
      suggestions: [expect.stringContaining('USER:PASSWORD')],
    });
  });

  it.each(['lines 400 to 407 of the proxy are wrong', 'tests: 407 passed'])(
    'takes %s for no such answer',
    async (line) => {
      const { result } = await buildBehind(proxied, () => `${line}\n`, 1);
      expect(result).toMatchObject({ code: line.includes('passed') ? 'STEP_FAILED' : expect.any(String) });
    },
  );
});
