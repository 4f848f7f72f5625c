import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { noProxies } from '../../src/model/network/proxies.ts';
import { exec } from '../../src/session/exec.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop } from '../fakes/open-shop.ts';

const address = 'http://kim:hunter%4022@proxy.test:3128';

/** A workspace of a person with a proxy. `personal`: their personal.yaml. */
async function openBehind(yaml: string, personal?: string) {
  let reads = 0;
  const shop = await openShop(yaml);
  const network = () => {
    reads += 1;
    return Promise.resolve({ proxies: { ...noProxies, https: address, direct: ['.corp.test'] }, logins: [] });
  };
  const context = Object.assign(Object.create(shop) as typeof shop, { network });
  // Whoever is asked for trust agrees.
  context.fake.prompt.interactive = true;
  await context.fake.files.makeFolder(context.machine.configFolder);
  if (personal !== undefined)
    await context.fake.files.writeAtomic(`${context.machine.configFolder}/personal.yaml`, personal);
  await up(context, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
  const run = async (argv: readonly string[]): Promise<string> => {
    const stdout = new PassThrough();
    const io = { stdin: PassThrough.from([]), stdout, stderr: new PassThrough() };
    await exec(context, 'main', { argv, root: false, agent: false, env: [], onSignal: () => () => undefined, io });
    return String(stdout.read() ?? '').trim();
  };
  return { context, run, reads: () => reads };
}

describe('a command in a workspace behind a proxy', () => {
  it('gets the proxy if devenv.yaml asks for it, with own names in NO_PROXY', async () => {
    const { run, context } = await openBehind('proxy: true\nhostname: shop.test\n');
    expect(await run(['printenv', 'https_proxy'])).toBe(address);
    expect(await run(['printenv', 'HTTPS_PROXY'])).toBe(address);
    expect(await run(['printenv', 'no_proxy'])).toBe('.corp.test,localhost,127.0.0.1,::1,workspace,shop.test');
    const spec = JSON.stringify(context.fake.engine.runtime.containers.map((one) => one.spec));
    expect(spec).not.toMatch(/hunter|proxy\.test/);
  });

  it('gets it if the person asks for it in personal.yaml', async () => {
    const { run } = await openBehind('', 'proxy: true\n');
    expect(await run(['printenv', 'https_proxy'])).toBe(address);
  });

  it('gets none that nobody asked for, and nothing is read for it', async () => {
    const { run, reads } = await openBehind('');
    expect(await run(['printenv', 'https_proxy'])).toBe('');
    expect(reads()).toBe(0);
  });

  it('does not run before the person agreed to give the password', async () => {
    const shop = await openShop('');
    const network = () => Promise.resolve({ proxies: { ...noProxies, https: address }, logins: [] });
    const context = Object.assign(Object.create(shop) as typeof shop, { network });
    const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
    await up(context, options);
    const text = context.fake.files.files.get('/shop/devenv.yaml') ?? '';
    context.fake.files.files.set('/shop/devenv.yaml', `${text}proxy: true\n`);
    context.fake.prompt.interactive = false;
    await expect(up(context, options)).rejects.toMatchObject({ code: 'NOT_TRUSTED', exitCode: 9 });
  });
});
