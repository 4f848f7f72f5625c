import { describe, expect, it } from 'vitest';
import { readNetwork } from '../../../src/machine/network/read-network.ts';
import { listProxySecrets, listProxyVariables, type Proxies } from '../../../src/model/network/proxies.ts';
import { FakeHostFiles } from '../../fakes/fake-host-files.ts';
import { makeContext } from '../../fakes/make-context.ts';

interface Given {
  readonly variables?: Record<string, string>;
  readonly config?: string;
  readonly docker?: object | string;
}

const read = async ({ variables = {}, config, docker }: Given): Promise<Proxies> => {
  const files = new FakeHostFiles({
    ...(config !== undefined && { '/home/kim/.config/teamvm/config.yaml': config }),
    ...(docker !== undefined && {
      '/home/kim/.docker/config.json': typeof docker === 'string' ? docker : JSON.stringify({ proxies: docker }),
    }),
  });
  const { engine, machine } = makeContext();
  const { proxies } = await readNetwork({
    files,
    engine,
    machine: { ...machine, configFolder: '/home/kim/.config/teamvm' },
    variables: { HOME: '/home/kim', ...variables },
  });
  return proxies;
};

describe('readNetwork', () => {
  it('finds none where nobody names one', async () => {
    expect(await read({})).toEqual({ direct: [], sources: {} });
    expect(listProxyVariables(await read({ variables: { NO_PROXY: 'a' } }))).toEqual({});
  });

  it('takes each value from the first source that has it: variables, config.yaml, Docker', async () => {
    const given = {
      variables: { HTTPS_PROXY: 'http://variable:1' },
      config: 'proxy: {https: "http://config:2", http: "http://config:2"}',
      docker: { default: { httpProxy: 'http://docker:3', httpsProxy: 'http://docker:3', noProxy: 'a.org, .b.org' } },
    };
    expect(await read(given)).toEqual({
      http: 'http://config:2',
      https: 'http://variable:1',
      direct: ['a.org', '.b.org'],
      sources: {
        http: 'proxy.http of /home/kim/.config/teamvm/config.yaml',
        https: 'HTTPS_PROXY',
        direct: '/home/kim/.docker/config.json',
      },
    });
  });

  it('takes a variable in lower case before the one in upper case', async () => {
    const variables = { https_proxy: 'lower:1', HTTPS_PROXY: 'upper:1', NO_PROXY: 'x y,z', all_proxy: 'socks5h://s' };
    expect(await read({ variables })).toMatchObject({
      ...{ https: 'http://lower:1', all: 'socks5h://s:1080', direct: ['x', 'y', 'z'] },
      sources: { https: 'https_proxy', direct: 'NO_PROXY', all: 'all_proxy' },
    });
  });

  it('takes an empty variable as no proxy', async () => {
    const proxies = await read({ variables: { https_proxy: '' }, config: 'proxy: {https: "http://config:2"}' });
    expect(proxies.https).toBe('');
    expect(listProxyVariables(proxies)).toEqual({});
  });

  it('takes the entry of this engine from the file of Docker, else the default one', async () => {
    const { engine } = makeContext();
    const { address } = await engine();
    const fallback = { default: { httpProxy: 'http://default:1', noProxy: 'x' } };
    expect(await read({ docker: { ...fallback, 'tcp://other:1': { httpProxy: 'http://other:1' } } })).toMatchObject({
      http: 'http://default:1',
    });
    expect(await read({ docker: { ...fallback, [address]: { httpProxy: 'http://own:1' } } })).toMatchObject({
      ...{ http: 'http://own:1', direct: [] },
    });
  });

  it('reads no file of Docker by a relative path, which would be one of the project', async () => {
    const text = JSON.stringify({ proxies: { default: { httpProxy: 'http://project:1' } } });
    const files = new FakeHostFiles({ '/shop/.docker/config.json': text });
    const { engine, machine } = makeContext();
    const read = files.readText.bind(files);
    files.readText = (path, ...rest) => read(path.startsWith('/') ? path : `/shop/${path}`, ...rest);
    const variables = { HOME: '/home/kim', DOCKER_CONFIG: '.docker' };
    expect((await readNetwork({ files, engine, machine, variables })).proxies.http).toBeUndefined();
  });

  it.each(['not JSON', '{"proxies": []}', '{"proxies": {"default": {"httpProxy": 5}}}'])(
    'ignores what is malformed in the file of Docker: %s',
    async (docker) => {
      expect(await read({ docker })).toEqual({ direct: [], sources: {} });
    },
  );

  it('keeps a login as it is written, names the port and drops the rest', async () => {
    const proxies = await read({ variables: { http_proxy: 'http://kim:p%40ss@proxy/x?y', https_proxy: 'https://p' } });
    expect(proxies).toMatchObject({ http: 'http://kim:p%40ss@proxy:80', https: 'https://p:443' });
    expect(listProxySecrets(proxies)).toEqual(['p%40ss', 'p@ss', Buffer.from('kim:p@ss').toString('base64')]);
  });

  it.each(['ftp://kim:hunter22@x', 'http://kim:hunter22@', 'kim:hunter22@:3'])(
    'refuses %s without showing its password',
    async (text) => {
      for (const given of [{ variables: { HTTPS_PROXY: text } }, { config: `proxy: {https: "${text}"}` }]) {
        const error = (await read(given).catch((reason: unknown) => reason)) as Error;
        expect(error).toMatchObject({ code: 'USAGE', message: expect.stringMatching(/HTTPS_PROXY|config\.yaml/) });
        expect(JSON.stringify([error, error.message])).not.toContain('hunter22');
      }
    },
  );

  it.each([
    ['proxy: {htps: x}', 'config.yaml:1:9'],
    ['proxy: 5', 'config.yaml:1:8'],
  ])('refuses a config.yaml with %s', async (config, at) => {
    await expect(read({ config })).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 3 });
    await expect(read({ config })).rejects.toSatisfy((error) => JSON.stringify(error).includes(at.slice(0, 11)));
  });
});

describe('listProxyVariables', () => {
  it('gives both cases, and the own names in NO_PROXY', async () => {
    const proxies = await read({ variables: { ALL_PROXY: 'http://p:1', HTTP_PROXY: 'http://h:1', NO_PROXY: 'x' } });
    const variables = {
      ...{ http_proxy: 'http://h:1', https_proxy: 'http://p:1', all_proxy: 'http://p:1' },
      no_proxy: 'x,localhost,127.0.0.1,::1,db',
    };
    const upper = Object.entries(variables).map(([name, value]) => [name.toUpperCase(), value] as const);
    expect(listProxyVariables(proxies, ['db'])).toEqual({ ...variables, ...Object.fromEntries(upper) });
  });
});
