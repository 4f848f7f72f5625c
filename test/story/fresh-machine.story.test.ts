import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { platforms } from '../../src/share/platforms.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFreshMachine, type FreshMachine } from '../lab/fresh-machine.ts';
import { startNpmRegistry, type NpmRegistry } from '../lab/npm-registry.ts';
import { runDevenv } from '../run-devenv.ts';

const root = resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const own = `linux-${process.arch}`;

/** A Debian that has a shell and curl, and no Node, no engine, no libatomic. */
describeInLab('a fresh machine', (lab) => {
  let registry: NpmRegistry;
  let machine: FreshMachine;
  let out = '';

  /** Runs a command in the machine, and tells how long it takes. */
  async function take(script: string): Promise<string> {
    const begun = performance.now();
    const { exitCode, stdout, stderr } = await machine.run(script);
    console.error(`${((performance.now() - begun) / 1000).toFixed(1)} s: ${script}`);
    expect([exitCode, exitCode === 0 ? '' : stdout + stderr]).toEqual([0, '']);
    return stdout;
  }

  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'devenv-fresh-out-'));
    const build = ['--import', 'tsx', join(root, 'scripts/executables.ts'), '--packages', '--out', out, own];
    execFileSync(process.execPath, build, { cwd: root, stdio: 'ignore' });
    registry = await startNpmRegistry(lab.registry.host.split(':')[0] ?? '');
    for (const platform of platforms)
      registry.packages.set(`@teamvm/devenv-${platform}`, { version, tarball: Buffer.of() });
    const tarball = readFileSync(join(out, `teamvm-devenv-${own}-${version}.tgz`));
    registry.packages.set(`@teamvm/devenv-${own}`, { version, tarball });
    await lab.machines.b.stop();
    machine = await startFreshMachine(lab.machines.b, ['curl']);
    const shop = join(machine.root, 'root/shop');
    mkdirSync(shop);
    const env = { npm_config_registry: registry.url };
    expect(await runDevenv(['init', '--wrapper', '-C', shop], { env })).toMatchObject({ status: 0 });
    writeFileSync(
      join(shop, 'devenv.yaml'),
      'version: 1\nname: shop\nbase: {bootstrap: bookworm}\nrun: [{name: mark, run: echo 1 >/opt/mark}]\n',
    );
  }, 900_000);

  afterAll(async () => {
    await machine.remove();
    await registry.stop();
    rmSync(out, { recursive: true });
  });

  it('comes from a shell and curl to a workspace by ./devenvw up --yes, and installs an engine for it', async () => {
    await take(`cd shop && npm_config_registry=${registry.url} ./devenvw up --yes`);
    expect(await take('cd shop && ./devenvw exec -- cat /opt/mark')).toBe('1\n');
    expect(registry.requests.filter((path) => path.endsWith('.tgz'))).toHaveLength(1);
  }, 900_000);

  it('comes to the same workspace without any network from a bundle', async () => {
    await take('cd shop && ./devenvw bundle export -o /root/shop.tar && ./devenvw destroy --yes');
    copyFileSync(join(machine.root, 'root/shop/devenv-lock.yaml'), join(out, 'lock'));
    await take('docker system prune --all --force --volumes');
    await lab.machines.b.run(['ip', 'link', 'set', 'eth0', 'down']);
    await take('cp -a shop other && cd other && ./devenvw up --yes --bundle /root/shop.tar');
    expect(await take('cd other && ./devenvw exec -- cat /opt/mark')).toBe('1\n');
    expect(readFileSync(join(machine.root, 'root/other/devenv-lock.yaml'))).toEqual(readFileSync(join(out, 'lock')));
  }, 900_000);
});
