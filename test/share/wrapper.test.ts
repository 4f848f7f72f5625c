import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platforms } from '../../src/share/platforms.ts';
import { tarOf } from '../../src/model/tar/tar.ts';
import { installOnHost } from '../lab/install-on-host.ts';
import { makeFolder, runDevenv, type Outcome } from '../run-devenv.ts';

/** What each package of the registry holds: a program that shows its arguments and fails with 7. */
const program = '#!/bin/sh\n[ "$1" = --version ] && exit 0\nprintf "<%s>" "$@"\nexit 7\n';

let tarball: Buffer;
let served: Buffer;
let server: Server;
let registry: string;
let requests: string[] = [];

beforeAll(async () => {
  await installOnHost([['busybox', 'busybox']]);
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarOf('package/bin/devenv', program, 0o755)) chunks.push(chunk);
  tarball = served = gzipSync(Buffer.concat(chunks));
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
  server = createServer(({ url = '' }, response) => {
    requests.push(url);
    if (url.endsWith('.tgz')) setTimeout(() => response.end(served), 300);
    else if (url.endsWith('/9.9.9')) response.writeHead(404).end('{}');
    else if (url.endsWith('/latest')) response.end(JSON.stringify({ version, dist: { integrity, size: 1 } }));
    else response.end(JSON.stringify({ versions: { [version]: { dist: { integrity } } } }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  registry = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}, 120_000);

afterAll(() => void server.close());

/** A project with a wrapper, an empty cache, and a PATH with the programs of a small machine. */
async function makeProject(): Promise<{ readonly path: string } & Disposable> {
  const folder = makeFolder();
  mkdirSync(join(folder.path, 'shop'));
  const env = { npm_config_registry: registry };
  const { status, stderr } = await runDevenv(['init', '--wrapper', '-C', join(folder.path, 'shop')], { env });
  expect([status, stderr]).toEqual([0, '']);
  requests = [];
  served = tarball;
  return folder;
}

const tools = [
  ...[
    'sh',
    'uname',
    'dirname',
    'mkdir',
    'cat',
    'cut',
    'mktemp',
    'rm',
    'mv',
    'tar',
    'gzip',
    'sha512sum',
    'sleep',
    'grep',
  ],
];

/** A folder with these programs and no others. */
function makePath(folder: string, names: readonly string[]): string {
  const path = join(folder, 'bin');
  if (existsSync(path)) return path;
  mkdirSync(path);
  for (const name of names) {
    const [, applet] = /^busybox:(.*)$/.exec(name) ?? [];
    const target = execFileSync('which', [applet === undefined ? name : 'busybox'], { encoding: 'utf8' }).trim();
    symlinkSync(target, join(path, applet ?? name));
  }
  return path;
}

const machines = {
  'dash and curl': [...tools, 'curl'],
  'dash and wget': [...tools, 'wget'],
  'busybox alone': [...tools, 'wget'].map((name) => `busybox:${name}`),
} as const;

/** Runs the wrapper of the project in a folder, by `sh` of a PATH. */
function runWrapper(folder: string, path: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const child = spawn(join(path, 'sh'), [join(folder, 'shop/devenvw'), 'up', 'a b'], {
    env: { PATH: path, HOME: folder, npm_config_registry: registry, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  return new Promise((done) => child.once('close', (status, signal) => done({ status, signal, ...output })));
}

const cached = (folder: string): readonly string[] => {
  const cache = join(folder, '.cache/devenv/wrapper');
  return existsSync(cache) ? readdirSync(cache) : [];
};

describe('devenv init --wrapper', () => {
  it('pins the sha512 of each package that the registry has', async () => {
    using folder = await makeProject();
    const shop = join(folder.path, 'shop');
    expect(readdirSync(shop).sort()).toEqual(['devenvw', 'devenvw.cmd', 'devenvw.conf']);
    expect(statSync(join(shop, 'devenvw')).mode & 0o777).toBe(0o755);
    const hash = createHash('sha512').update(tarball).digest('hex');
    const pinned = readFileSync(join(shop, 'devenvw.conf'), 'utf8');
    for (const platform of platforms) expect(pinned).toContain(`\n${platform} ${hash}\n`);
  });

  it('replaces its own files, and no others', async () => {
    using folder = await makeProject();
    const shop = join(folder.path, 'shop');
    const again = (): Promise<Outcome> =>
      runDevenv(['init', '--wrapper', '-C', shop], { env: { npm_config_registry: registry } });
    expect(await again()).toMatchObject({ status: 0 });
    writeFileSync(join(shop, 'devenvw'), '#!/bin/sh\necho mine\n');
    const before = statSync(join(shop, 'devenvw.conf')).mtimeMs;
    const { status, stderr } = await again();
    expect([status, stderr]).toEqual([1, expect.stringContaining('is not a wrapper that devenv wrote')]);
    expect(readFileSync(join(shop, 'devenvw'), 'utf8')).toContain('mine');
    expect(statSync(join(shop, 'devenvw.conf')).mtimeMs).toBe(before);
  });
});

/** Requests that came by the proxy, and a registry with a certificate that only its own authority vouches for. */
let proxied: string[] = [];
let proxy: Server;
let proxyUrl = '';
let secure: Server;
let secureUrl = '';
let authority = '';
let certificates: ReturnType<typeof makeFolder>;

beforeAll(async () => {
  certificates = makeFolder();
  const at = (name: string): string => join(certificates.path, name);
  authority = at('ca.pem');
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...make, ...names, '-keyout', at('key.pem'), '-out', authority], { stdio: 'ignore' });
  const keys = { key: readFileSync(at('key.pem')), cert: readFileSync(authority) };
  secure = createSecureServer(keys, (_, response) => void response.end(served));
  proxy = createServer(({ url = '' }, response) => {
    proxied.push(url);
    response.end(served);
  });
  for (const server of [secure, proxy]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  secureUrl = `https://localhost:${String((secure.address() as AddressInfo).port)}`;
  proxyUrl = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
});

afterAll(() => {
  secure.close();
  proxy.close();
  certificates[Symbol.dispose]();
});

describe('devenvw in a company network', () => {
  const { 'dash and curl': withCurl, 'dash and wget': withWget } = machines;
  /** Only a proxy knows it. */
  const hidden = 'http://npm.corp.invalid';

  it.each<readonly [what: string, names: readonly string[], variables: readonly string[]]>([
    ['curl, by the usual variables', withCurl, ['http_proxy']],
    ['curl, by those in upper case', withCurl, ['HTTP_PROXY']],
    ['curl, by those of npm', withCurl, ['npm_config_proxy']],
    ['wget, by the usual variables', withWget, ['http_proxy']],
    ['wget, by those in upper case', withWget, ['HTTP_PROXY']],
    ['busybox alone, by those in upper case', machines['busybox alone'], ['HTTP_PROXY']],
  ])('goes by a proxy with %s', async (_, names, variables) => {
    using folder = await makeProject();
    proxied = [];
    const env = Object.fromEntries(variables.map((name) => [name, proxyUrl]));
    const path = makePath(folder.path, names);
    const outcome = await runWrapper(folder.path, path, { ...env, npm_config_registry: hidden });
    expect(outcome).toMatchObject({ status: 7, stdout: '<up><a b>' });
    expect(proxied).toEqual([expect.stringMatching(/^http:\/\/npm\.corp\.invalid\/@teamvm\/devenv-linux-/)]);
  });

  it.each([
    ['curl', withCurl],
    ['wget', withWget],
  ])('goes around the proxy for NO_PROXY with %s', async (_, names) => {
    using folder = await makeProject();
    proxied = [];
    const env = { HTTP_PROXY: proxyUrl, NO_PROXY: '127.0.0.1' };
    const outcome = await runWrapper(folder.path, makePath(folder.path, names), env);
    expect(outcome).toMatchObject({ status: 7, stdout: '<up><a b>' });
    expect([proxied, requests.length]).toEqual([[], 1]);
  });

  it.each<readonly [what: string, names: readonly string[], variable: string]>([
    ['curl and NODE_EXTRA_CA_CERTS', withCurl, 'NODE_EXTRA_CA_CERTS'],
    ['curl and SSL_CERT_FILE', withCurl, 'SSL_CERT_FILE'],
    ['curl and npm_config_cafile', withCurl, 'npm_config_cafile'],
    ['wget and TEAMVM_CA_FILE', withWget, 'TEAMVM_CA_FILE'],
    ['wget and SSL_CERT_FILE', withWget, 'SSL_CERT_FILE'],
  ])('trusts an authority with %s, and nothing without it', async (_, names, variable) => {
    using folder = await makeProject();
    const path = makePath(folder.path, names);
    const refused = await runWrapper(folder.path, path, { npm_config_registry: secureUrl });
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/cannot be fetched: .*certificate/is)]);
    const outcome = await runWrapper(folder.path, path, { npm_config_registry: secureUrl, [variable]: authority });
    expect(outcome).toMatchObject({ status: 7, stdout: '<up><a b>' });
  });

  it('trusts the authority that ~/.npmrc names', async () => {
    using folder = await makeProject();
    writeFileSync(join(folder.path, '.npmrc'), `cafile = ${authority}\n`);
    const path = makePath(folder.path, withCurl);
    const outcome = await runWrapper(folder.path, path, { npm_config_registry: secureUrl });
    expect(outcome).toMatchObject({ status: 7, stdout: '<up><a b>' });
  });
});

describe('devenvw', () => {
  it.each(Object.entries(machines))('fetches once with %s, and needs no network afterwards', async (_, names) => {
    using folder = await makeProject();
    const path = makePath(folder.path, names);
    const first = await runWrapper(folder.path, path);
    expect(first).toMatchObject({ status: 7, stdout: '<up><a b>' });
    expect(first.stderr).toMatch(/^devenvw: fetching devenv \S+ for linux-\w+\n$/);
    expect(requests).toHaveLength(1);
    const offline = { npm_config_registry: 'http://127.0.0.1:1' };
    expect(await runWrapper(folder.path, path, offline)).toEqual({ ...first, stderr: '' });
    expect(cached(folder.path)).toHaveLength(1);
  });

  it('fetches once for ten that start together', async () => {
    using folder = await makeProject();
    const path = makePath(folder.path, machines['dash and curl']);
    const all = await Promise.all(Array.from({ length: 10 }, () => runWrapper(folder.path, path)));
    for (const one of all) expect(one).toMatchObject({ status: 7, stdout: '<up><a b>' });
    expect(requests).toHaveLength(1);
    expect(cached(folder.path)).toHaveLength(1);
  });

  it('goes on after a fetch that was killed', async () => {
    using folder = await makeProject();
    const path = makePath(folder.path, machines['dash and curl']);
    const hash = createHash('sha512').update(tarball).digest('hex');
    const lock = join(folder.path, '.cache/devenv/wrapper', `${hash}.lock`);
    mkdirSync(lock, { recursive: true });
    const { pid } = spawn('true');
    await new Promise((settle) => setTimeout(settle, 200));
    writeFileSync(join(lock, 'pid'), String(pid));
    expect(await runWrapper(folder.path, path)).toMatchObject({ status: 7, stdout: '<up><a b>' });
    expect(cached(folder.path)).toEqual([hash]);
  });

  it('runs nothing whose hash is not the pinned one, and keeps nothing of it', async () => {
    using folder = await makeProject();
    served = Buffer.concat([tarball, Buffer.from('x')]);
    const path = makePath(folder.path, machines['dash and curl']);
    const { status, stdout, stderr } = await runWrapper(folder.path, path);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Nothing of it was used.');
    expect(cached(folder.path)).toEqual([]);
  });

  it.each<readonly [what: string, names: readonly string[], env: Readonly<Record<string, string>>, said: string]>([
    ['without curl and wget', tools, {}, 'Neither curl nor wget is installed.'],
    [
      'without a network',
      machines['dash and curl'],
      { npm_config_registry: 'http://127.0.0.1:1' },
      'Check the network',
    ],
    [
      'with a cache that cannot be written',
      machines['dash and curl'],
      { XDG_CACHE_HOME: '/proc/none' },
      'Set XDG_CACHE_HOME',
    ],
    [
      'with a registry of another kind',
      machines['dash and curl'],
      { npm_config_registry: 'ftp://a' },
      'not an http or https',
    ],
    [
      'with a CA file that is missing',
      machines['dash and curl'],
      { TEAMVM_CA_FILE: '/none' },
      'The CA file /none cannot be read.',
    ],
  ])('says what is wrong %s', async (_, names, env, said) => {
    using folder = await makeProject();
    const { status, stdout, stderr } = await runWrapper(folder.path, makePath(folder.path, names), env);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(said);
    expect(cached(folder.path)).toEqual([]);
  });

  it.each<readonly [what: string, change: (pinned: string) => string]>([
    ['a hash of the wrong length', (pinned) => pinned.replaceAll(/(linux-\w+ )\w+/g, '$1abc')],
    ['a version with a path', (pinned) => pinned.replace(/^version .*/m, 'version ../../a')],
    ['nothing', () => ''],
  ])('refuses a devenvw.conf with %s', async (_, change) => {
    using folder = await makeProject();
    const file = join(folder.path, 'shop/devenvw.conf');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    const path = makePath(folder.path, machines['dash and curl']);
    expect(await runWrapper(folder.path, path)).toMatchObject({ status: 1, stdout: '' });
    expect(requests).toEqual([]);
  });

  it('names the other way on a machine that has no executable', async () => {
    using folder = await makeProject();
    const path = makePath(folder.path, machines['dash and curl']);
    const other = join(folder.path, 'other');
    cpSync(path, other, { recursive: true, verbatimSymlinks: true });
    execFileSync('rm', [join(other, 'uname')]);
    writeFileSync(join(other, 'uname'), '#!/bin/sh\necho Plan9 mips\n', { mode: 0o755 });
    const { status, stderr } = await runWrapper(folder.path, other);
    expect([status, stderr]).toEqual([1, expect.stringContaining('no executable for Plan9 mips')]);
  });
});

describe('install.sh', () => {
  const script = join(import.meta.dirname, '../../install.sh');
  const more = ['sed', 'tr', 'od', 'base64', 'ln', 'curl'];

  function install(folder: string, names: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const path = makePath(folder, names);
    const child = spawn(join(path, 'sh'), [script], {
      env: { PATH: path, HOME: folder, npm_config_registry: registry, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    return new Promise<readonly [status: number | null, said: string]>((done) =>
      child.once('close', (status) => done([status, said])),
    );
  }

  it.each([
    ['dash and curl', [...tools, ...more]],
    ['busybox alone', [...tools, ...more.slice(0, -1), 'wget'].map((name) => `busybox:${name}`)],
  ])('installs the newest version with %s, and again over it', async (_, names) => {
    using folder = makeFolder();
    served = tarball;
    for (let round = 0; round < 2; round += 1) {
      const [status, said] = await install(folder.path, names);
      expect([status, said]).toEqual([
        0,
        expect.stringMatching(/^Installed devenv \S+ as .*\nAdd .*\/bin to PATH\.\n$/),
      ]);
      expect(execFileSync(join(folder.path, '.local/bin/devenv'), ['--version'], { encoding: 'utf8' })).toBe('');
      expect(readdirSync(join(folder.path, '.local/lib'))).toHaveLength(1);
    }
  });

  it('installs nothing whose hash is not the one that the registry publishes', async () => {
    using folder = makeFolder();
    served = Buffer.concat([tarball, Buffer.from('x')]);
    const [status, said] = await install(folder.path, [...tools, ...more]);
    expect([status, said]).toEqual([1, expect.stringContaining('Nothing was installed.')]);
    expect(readdirSync(join(folder.path, '.local/bin'))).toEqual([]);
    expect(readdirSync(join(folder.path, '.local/lib'))).toEqual([]);
  });

  it.each([
    ['dash and curl', [...tools, ...more]],
    ['dash and wget', [...tools, ...more.slice(0, -1), 'wget']],
    ['busybox alone', [...tools, ...more.slice(0, -1), 'wget'].map((name) => `busybox:${name}`)],
  ])('says that the registry has no such version with %s', async (_, names) => {
    using folder = makeFolder();
    const [status, said] = await install(folder.path, names, { TEAMVM_VERSION: '9.9.9' });
    expect([status, said]).toEqual([1, expect.stringMatching(/has no devenv 9\.9\.9 for linux-\w+\. Check/)]);
  });

  it('explains itself, and refuses other arguments', () => {
    const ask = (...args: string[]) => spawnSync('sh', [script, ...args], { encoding: 'utf8', env: {} });
    expect(ask('--help')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('TEAMVM_VERSION=') });
    expect(ask('0.1.0')).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no argument 0.1.0') });
  });

  it('keeps an installed version where there is no network', async () => {
    using folder = makeFolder();
    served = tarball;
    await install(folder.path, [...tools, ...more]);
    const offline = await install(folder.path, [...tools, ...more], { npm_config_registry: 'http://127.0.0.1:1' });
    expect(offline).toEqual([1, expect.stringContaining('Check the network')]);
    expect(execFileSync(join(folder.path, '.local/bin/devenv'), ['--version'], { encoding: 'utf8' })).toBe('');
  });
});

describe('install.ps1, which no test runs', () => {
  const text = readFileSync(join(import.meta.dirname, '../../install.ps1'), 'utf8');

  it('compares the hash before anything is unpacked, and unpacks beside the place', () => {
    const steps = [
      'Get-FileHash -Algorithm SHA512',
      'if ($actual -ne $hash)',
      'tar.exe -xzf',
      '--version',
      'Move-Item',
    ];
    const places = steps.map((step) => text.indexOf(step));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  it('asks the npm registry alone, and closes every bracket', () => {
    expect([...text.matchAll(/https?:\/\/[\w.]+/g)].map(([url]) => url)).toEqual(['https://registry.npmjs.org']);
    for (const [open = '', close = ''] of ['{}', '()', '[]'])
      expect(text.split(open).length - text.split(close).length).toBe(0);
  });

  it('says of every failure that nothing was installed', () => {
    const reasons = [...text.matchAll(/Stop-Installation ["'](.*)["']/g)].map(([, reason]) => reason ?? '');
    expect(reasons.length).toBeGreaterThan(6);
    for (const reason of reasons.slice(0, -1))
      if (!reason.includes('http or https')) expect(reason).toContain('Nothing was installed');
  });
});
