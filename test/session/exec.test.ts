import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { labels } from '../../src/observe/labels.ts';
import { exec, type ExecOptions } from '../../src/session/exec.ts';
import { addContainer } from '../fakes/add-container.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop } from '../fakes/open-shop.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\n';
const settings = { user: 'dev', env: {}, mounts: [], workingDir: '/workspace', ports: [], limits: {} };
const defaults = { user: 'dev', env: ['HOME=/home/dev', 'USER=dev'], workingDir: '/workspace', settings };

async function openWorkspace(env: readonly string[] = defaults.env, text = yaml): Promise<FakeContext> {
  const context = makeContext({ 'devenv.yaml': text });
  await context.fake.files.makeFolder(context.machine.stateFolder);
  await addContainer(context.fake.engine, 'shop', { labels: { [labels.exec]: JSON.stringify({ ...defaults, env }) } });
  return context;
}

async function run(context: FakeContext, argv: readonly string[], options: Partial<ExecOptions> = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const status = await exec(context, 'main', {
    ...{ argv, root: false, agent: false, env: [], onSignal: () => () => undefined },
    io: { stdin: PassThrough.from([]), stdout, stderr },
    ...options,
  });
  return { status, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('exec', () => {
  it('passes output and the exit status on', async () => {
    const context = await openWorkspace();
    expect(await run(context, ['id'])).toEqual({ status: 0, stdout: 'dev\n', stderr: '' });
    expect((await run(context, ['false'])).status).toBe(1);
  });

  it.each([
    ['/shop', '/workspace\n'],
    ['/shop/api/src', '/workspace/api/src\n'],
  ])('runs in the folder that matches %s', async (folder, expected) => {
    const context = await openWorkspace();
    await context.fake.files.makeFolder(folder);
    const here = new Proxy(context, {
      get: (of, name, self) => (name === 'folder' ? folder : Reflect.get(of, name, self)),
    });
    expect((await run(here, ['pwd'])).stdout).toBe(expected);
  });

  it('runs where the project lies in the workspace', async () => {
    const context = makeContext({ 'devenv.yaml': yaml, 'api/main.go': '' });
    const label = JSON.stringify({ ...defaults, workingDir: '/src/shop' });
    await addContainer(context.fake.engine, 'shop', { labels: { [labels.exec]: label } });
    const here = new Proxy(context, {
      get: (of, name, self) => (name === 'folder' ? '/shop/api' : Reflect.get(of, name, self)),
    });
    expect((await run(here, ['pwd'])).stdout).toBe('/src/shop/api\n');
  });

  it('names the user as a login does', async () => {
    const context = await openWorkspace();
    const read = async (name: string, options = {}): Promise<string> =>
      (await run(context, ['printenv', name], options)).stdout.trim();
    expect([await read('USER'), await read('LOGNAME')]).toEqual(['dev', 'dev']);
    const root = { root: true };
    expect([await read('USER', root), await read('LOGNAME', root)]).toEqual(['root', 'root']);
  });

  it('sets SHELL to the login shell in the image', async () => {
    const shop = await openShop();
    const { programs } = shop.fake.engine.runtime;
    const other = programs['/bin/sh'] ?? (() => 127);
    programs['/bin/sh'] = (found) => {
      if (found.args.at(-1) !== '0' && found.args.at(-1) !== 'dev') return other(found);
      found.out('/bin/bash\n');
      return 0;
    };
    await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
    expect((await run(shop, ['printenv', 'SHELL'])).stdout).toBe('/bin/bash\n');
  });

  it('keeps the variables of devenv.yaml and of the command line', async () => {
    const context = await openWorkspace([...defaults.env, 'SHELL=/bin/zsh', 'MODE=team']);
    expect((await run(context, ['printenv', 'SHELL'])).stdout).toBe('/bin/zsh\n');
    expect((await run(context, ['printenv', 'MODE'], { env: ['MODE=mine'] })).stdout).toBe('mine\n');
  });

  it('gives the values of secrets to the command', async () => {
    const context = await openWorkspace(defaults.env, `${yaml}secrets: [TOKEN]\n`);
    expect((await run(context, ['printenv', 'TOKEN'])).stdout).toBe('secret\n');
  });

  it.each([
    ['ends at the limit of time with 124', 20, 124],
    ['keeps its own status before that', 60_000, 3],
  ])('%s', async (_, limit, expected) => {
    const context = await openWorkspace();
    const { programs } = context.fake.engine.runtime;
    const signals: string[] = [];
    let end = (_code: number): void => undefined;
    programs['work'] = () => {
      const ended = new Promise<number>((resolve) => (end = resolve));
      if (limit > 1000) end(3);
      return ended;
    };
    // The script that finds the processes of a command gets the signal last.
    programs['/bin/sh'] = ({ args }) => {
      signals.push(args.at(-1) ?? '');
      end(143);
      return 0;
    };
    expect((await run(context, ['work'], { limit })).status).toBe(expected);
    expect([...new Set(signals)]).toEqual(expected === 124 ? ['TERM', 'KILL'] : []);
    expect(context.fake.progress.said.filter((line) => line.includes('--timeout'))).toHaveLength(
      expected === 124 ? 1 : 0,
    );
  });

  it('ends at the limit of time also if no program of the container ends', async () => {
    const context = await openWorkspace();
    const wait = setTimeout;
    vi.stubGlobal('setTimeout', (call: () => void) => wait(call, 20));
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const controller = new AbortController();
      wait(() => controller.abort(), 20);
      return controller.signal;
    });
    const { programs } = context.fake.engine.runtime;
    programs['work'] = programs['/bin/sh'] = () => new Promise(() => undefined);
    try {
      expect((await run(context, ['work'], { limit: 20 })).status).toBe(124);
    } finally {
      timeout.mockRestore();
      vi.unstubAllGlobals();
    }
  });

  it('says that the workspace is stopped', async () => {
    const context = await openWorkspace();
    await context.fake.engine.runtime.stop('shop');
    await expect(run(context, ['true'])).rejects.toMatchObject({ code: 'WORKSPACE_STOPPED' });
  });

  it('says that there is no workspace', async () => {
    await expect(run(makeContext({ 'devenv.yaml': yaml }), ['true'])).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
    });
  });

  it('says that there is no project', async () => {
    await expect(run(makeContext({}), ['true'])).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });
});
