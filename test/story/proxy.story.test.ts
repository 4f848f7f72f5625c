import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { startProxy, type Proxy } from '../lab/proxy.ts';
import { startPythonIndex, type PythonIndex } from '../lab/python-index.ts';
import { tryRun, type RunResult } from '../lab/run.ts';
import { openProject, type Project } from './project.ts';

const password = 'hunter2%40secret';
const token = 'tok3n0fTheIndex';
const secrets = [password, 'hunter2@secret', btoa('kim:hunter2@secret'), token];
const program = resolve(import.meta.dirname, '../../bin/devenv.js');
const authorities = process.env['NODE_EXTRA_CA_CERTS'] ?? process.env['TEAMVM_CA_FILE'];

/** The machine of this file has no way out but a proxy, which wants a login. */
describeInLab('a network whose only way out is a proxy with a login', (lab) => {
  const machine = lab.machines.b;
  let project: Project;
  let proxy: Proxy;
  let files: FileServer;
  let index: PythonIndex;
  const seenInArguments = new Set<string>();

  /** Runs the program in the machine's network. */
  const devenv = async (args: readonly string[], by?: string): Promise<RunResult> => {
    const env = {
      ...{ http_proxy: '', https_proxy: '', all_proxy: '', HTTP_PROXY: undefined, HTTPS_PROXY: undefined },
      ...{ PIP_INDEX_URL: `http://kim:${token}@pypi.corp.test:${new URL(index.url).port}/simple` },
      ...{ PIP_TRUSTED_HOST: 'pypi.corp.test', XDG_CACHE_HOME: join(project.folder, '../cache') },
      ...(authorities !== undefined && { TEAMVM_CA_FILE: authorities, NODE_EXTRA_CA_CERTS: authorities }),
      ...project.env,
      ...(by !== undefined && { http_proxy: by, https_proxy: by }),
    };
    const watch = setInterval(() => listArguments().forEach((line) => seenInArguments.add(line)), 50);
    try {
      return await machine.run([process.execPath, program, ...args], { env, cwd: project.folder });
    } finally {
      clearInterval(watch);
    }
  };

  beforeAll(async () => {
    const host = lab.registry.host.split(':')[0] ?? '';
    const hosts = { 'pypi.corp.test': '127.0.0.1', 'files.corp.test': '127.0.0.1' };
    proxy = await startProxy(host, { user: 'kim', password: decodeURIComponent(password) }, hosts);
    // Nobody in the machine's network reaches them but by the proxy.
    files = await startFileServer('127.0.0.1');
    index = await startPythonIndex('127.0.0.1', [{ name: 'tiny', version: '1.0' }]);
    files.files.set('/tool', Buffer.from('#!/bin/sh\necho "tool 1"\n'));
    await machine.run(['ip', 'route', 'del', 'default']);
    await lab.login('b');
    project = await openProject(machine, 'proxied');
    await mkdir(join(project.env['XDG_CONFIG_HOME'] ?? '', 'teamvm'), { recursive: true });
    await writeFile(join(project.env['XDG_CONFIG_HOME'] ?? '', 'teamvm/config.yaml'), 'logins: [pip]\n');
    await project.write(
      'devenv.yaml',
      [
        ...['version: 1', 'name: proxied', `image: ${lab.registry.host}/proxied/env`, 'user: root', 'proxy: true'],
        ...['base: {bootstrap: bookworm, include: [ca-certificates]}', 'tools: {node: "24"}'],
        ...['packages:', '  apt: [python3-pip]', '  npm: [semver@7]', '  pip: [tiny]', 'downloads:'],
        `  - {name: tool, url: "http://files.corp.test:${new URL(files.url).port}/tool"}`,
        ...['run: [{name: env, run: "env | grep -i _proxy | cut -c1-12 >/opt/seen"}]', ''],
      ].join('\n'),
    );
  });

  afterAll(async () => {
    await project.remove();
    await Promise.all([proxy.close(), files.stop(), index.stop()]);
  });

  it('is no way for anybody who does not go by it', async () => {
    const plain = await devenv(['up', '--yes']);
    expect(plain.exitCode).not.toBe(0);
    expect(proxy.seen).toEqual([]);
    const trust = await devenv(['trust', '--yes'], proxy.address);
    expect([trust.exitCode, trust.stderr + trust.stdout]).toEqual([0, expect.stringContaining('proxy')]);
  });

  it('is no way without the login: each kind of program ends with status 5', async () => {
    const none = await devenv(['up', '--yes'], proxy.anonymous);
    expect([none.exitCode, none.stderr]).toEqual([5, expect.stringContaining('407  Proxy Authentication Required')]);
    expect(proxy.seen.length).toBeGreaterThan(0);
    expect(proxy.seen.every((line) => line.startsWith('refused '))).toBe(true);
  });

  it('brings up a whole environment, every part of it by the proxy', async () => {
    const up = await devenv(['up', '--yes', '--verbose'], proxy.address);
    expect([up.exitCode, up.stderr]).toEqual([0, expect.any(String)]);
    for (const secret of secrets) expect(up.stdout + up.stderr).not.toContain(secret);
    const went = proxy.seen.filter((line) => !line.startsWith('refused ')).join('\n');
    expect(went).toMatch(/debian\.org/);
    expect(went).toMatch(/CONNECT registry\.npmjs\.org:443/);
    expect(went).toMatch(/pypi\.corp\.test/);
    expect(went).toMatch(/GET http:\/\/files\.corp\.test:\d+\/tool/);
    const ran = await devenv(['exec', 'sh', '-c', 'tool; tiny; semver 1.2.3; cat /opt/seen | sort -u'], proxy.address);
    expect(ran.stdout.split('\n')).toEqual(expect.arrayContaining(['tool 1', 'tiny 1.0', '1.2.3', 'https_proxy=']));
  });

  it('is given to commands that asked for it, and never to the container', async () => {
    const read = await devenv(['exec', 'sh', '-c', 'echo "$https_proxy $NO_PROXY"'], proxy.address);
    expect(read.stdout).toContain(`kim:${password}@`);
    expect(read.stdout).toContain('localhost,127.0.0.1,::1,workspace');
    const [container = ''] = await project.containers();
    const inspected = await machine.cli(['inspect', container.split(' ')[0] ?? '']);
    for (const secret of secrets) expect(inspected).not.toContain(secret);
  });

  it('is used to log in to the registry', async () => {
    const denied = await devenv(['push'], proxy.anonymous);
    expect([denied.exitCode, denied.stderr]).toEqual([5, expect.stringContaining('asks for a login')]);
    const pushed = await devenv(['push'], proxy.address);
    expect([pushed.exitCode, pushed.stderr]).toEqual([0, expect.any(String)]);
    expect(proxy.seen.join('\n')).toContain(`http://${lab.registry.host}/v2/`);
  });

  it('leaves its password in no image, no lock, no log, and no list of processes', async () => {
    const [container = ''] = await project.containers();
    const image = await machine.cli(['inspect', '--format', '{{.Image}}', container.split(' ')[0] ?? '']);
    const kept = [
      await machine.cli(['image', 'inspect', image]),
      await machine.cli(['history', '--no-trunc', image]),
      await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8'),
      readFileSync(machine.log, 'utf8'),
      [...seenInArguments].join('\n'),
    ].join('\n');
    for (const secret of secrets) expect(kept).not.toContain(secret);
    expect(seenInArguments.size).toBeGreaterThan(20);
    const pattern = secrets.flatMap((secret) => ['-e', secret]);
    const search = `"$0" save ${image} | grep -a -c -F "$@"`;
    const found = await tryRun('sh', ['-c', search, machine.docker, ...pattern], { env: machine.env });
    expect(found.stdout.trim()).toBe('0');
  });
});

/** The command lines of all processes. */
function listArguments(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((id) => {
      try {
        return [readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
}
