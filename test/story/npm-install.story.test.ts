import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fetchNode, nodeVersion, ownPlatform } from '../../scripts/executables/fetch-node.ts';
import { run, tryRun } from '../lab/run.ts';

const root = resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
const platform = `linux-${process.arch}`;
/** A registry server for npm, which the repository does not depend on: 65 MB in 321 packages, 20 s of each `npm ci`. */
const server = { dependencies: { verdaccio: '6.10.4' }, overrides: { 'node-fetch': '2.7.0' } };

let folder: string;
let child: ChildProcess;
let registry: string;
let env: Record<string, string>;

/** An address that nothing listens to. */
async function findPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'devenv-npm-'));
  const out = join(folder, 'out');
  const build = ['--import', 'tsx', join(root, 'scripts/executables.ts'), '--packages', '--out', out, platform];
  execFileSync(process.execPath, build, { cwd: root, stdio: 'ignore' });
  mkdirSync(join(folder, 'server'));
  writeFileSync(join(folder, 'server/package.json'), JSON.stringify(server));
  await run('npm', ['install', '--no-fund', '--no-audit'], { cwd: join(folder, 'server') });
  const port = await findPort();
  registry = `http://127.0.0.1:${String(port)}`;
  writeFileSync(
    join(folder, 'config.yaml'),
    [
      ...[`storage: ${join(folder, 'storage')}`, 'auth: {htpasswd: {file: ./htpasswd}}', 'max_body_size: 200mb'],
      ...['packages: {"**": {access: $all, publish: $all}}', 'log: {type: stdout, format: json, level: warn}'],
    ].join('\n'),
  );
  const program = join(folder, 'server/node_modules/verdaccio/bin/verdaccio');
  child = spawn(
    fetchNode(ownPlatform).program,
    [program, '--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${String(port)}`],
    { stdio: 'ignore' },
  );
  await vi.waitFor(async () => expect((await fetch(registry)).ok).toBe(true), { timeout: 60_000, interval: 200 });
  const home = join(folder, 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.npmrc'), `registry=${registry}\n//127.0.0.1:${String(port)}/:_authToken=anybody\n`);
  env = {
    ...{ HOME: home, npm_config_cache: join(folder, 'cache'), npm_config_registry: registry },
    // npm gives its own to what it runs.
    npm_config_userconfig: join(home, '.npmrc'),
  };
  for (const name of [`teamvm-devenv-${platform}-${version}.tgz`, `teamvm-devenv-${version}.tgz`])
    await run('npm', ['publish', join(out, name)], { env });
}, 900_000);

afterAll(() => {
  child.kill();
  rmSync(folder, { recursive: true });
});

/** Installs the package globally in a prefix, and returns the path of the program. */
async function install(): Promise<string> {
  const prefix = mkdtempSync(join(folder, 'prefix-'));
  const done = await tryRun('npm', ['install', '--global', '--prefix', prefix, '@teamvm/devenv'], { env });
  expect([done.exitCode, done.stderr]).toEqual([0, '']);
  expect(done.stdout).not.toMatch(/warn/i);
  return join(prefix, 'bin/devenv');
}

const versionOf = (program: string): string => execFileSync(program, ['--version'], { encoding: 'utf8' });

it('installs the executable with npm, and prints no warning', async () => {
  const program = await install();
  expect(versionOf(program)).toBe(`@teamvm/devenv/${version} ${platform} node-v${nodeVersion}\n`);
  expect(spawnSync(program, ['init', '--list'], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
}, 300_000);

it('installs from the registry with install.sh, and asks it for updates', async () => {
  const prefix = join(folder, 'by-script');
  await run('sh', [join(root, 'install.sh')], { env: { ...env, PREFIX: prefix } });
  const program = join(prefix, 'bin/devenv');
  expect(versionOf(program)).toContain(`node-v${nodeVersion}`);
  const said = await run(program, ['self', 'update'], { env });
  expect(said).toBe(`Version ${version} of devenv is installed already.\n`);
}, 300_000);
