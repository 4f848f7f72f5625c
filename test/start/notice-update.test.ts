import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNpmRegistry, type NpmRegistry } from '../lab/npm-registry.ts';
import { makeFolder, program } from '../run-devenv.ts';

let registry: NpmRegistry;
/** Takes connections and never answers. */
let silent: Server;

beforeAll(async () => {
  registry = await startNpmRegistry('127.0.0.1');
  registry.packages.set('@teamvm/devenv', { version: '9.9.9', tarball: Buffer.of() });
  silent = createServer();
  await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await registry.stop();
  silent.close();
});

/** What a command prints on a terminal. */
function runOnTerminal(home: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  return execFileSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], HOME: home, npm_config_registry: registry.url, ...env },
  });
}

const command = ['init', '--list'];
const notice = 'Version 9.9.9 of devenv is available';

function remember(home: string, record: object): string {
  const folder = join(home, '.cache/devenv');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'newest.json'), JSON.stringify(record));
  return join(folder, 'newest.json');
}

const read = (path: string): Record<string, unknown> => JSON.parse(readFileSync(path, 'utf8')) as never;

describe('the notice of a newer version', () => {
  it('comes after a command at a terminal, from what this machine knows', () => {
    using home = makeFolder();
    remember(home.path, { checked: Date.now(), newest: '9.9.9' });
    registry.requests.length = 0;
    expect(runOnTerminal(home.path, command)).toMatch(
      /Version 9\.9\.9 of devenv is available: `devenv self update`\r?\n$/,
    );
    expect(runOnTerminal(home.path, [...command, '--json'])).not.toContain(notice);
    expect(runOnTerminal(home.path, [...command, '--quiet'])).not.toContain(notice);
    expect(runOnTerminal(home.path, command, { CI: 'true' })).not.toContain(notice);
    expect(execFileSync(process.execPath, [program, ...command], { encoding: 'utf8' })).not.toContain(notice);
    expect(registry.requests).toEqual([]);
  });

  it('is off by a setting, and asks no registry then', () => {
    using home = makeFolder();
    const path = remember(home.path, { checked: 0, newest: '9.9.9' });
    mkdirSync(join(home.path, '.config/teamvm'), { recursive: true });
    writeFileSync(join(home.path, '.config/teamvm/config.yaml'), 'updates: false\n');
    expect(runOnTerminal(home.path, command)).not.toContain(notice);
    expect(read(path)).toEqual({ checked: 0, newest: '9.9.9' });
  });

  it('is prepared in the background, once a day', async () => {
    using home = makeFolder();
    const path = remember(home.path, { checked: 0 });
    registry.requests.length = 0;
    expect(runOnTerminal(home.path, command)).not.toContain(notice);
    runOnTerminal(home.path, command);
    await expect.poll(() => read(path)['newest'], { timeout: 30_000 }).toBe('9.9.9');
    expect(registry.requests).toEqual(['/@teamvm%2fdevenv']);
    expect(runOnTerminal(home.path, command)).toContain(notice);
  });

  it('delays no command while a registry does not answer', () => {
    using home = makeFolder();
    remember(home.path, { checked: 0 });
    const address = `http://127.0.0.1:${String((silent.address() as AddressInfo).port)}`;
    const begun = performance.now();
    runOnTerminal(home.path, command, { npm_config_registry: address });
    // The registry is given up after 30 s at the earliest.
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});
