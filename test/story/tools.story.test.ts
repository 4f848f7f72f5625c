import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { mirrorSetting, serveTools, toolPath, type MadeUpTool } from '../lab/tool-mirror.ts';
import { importWholeBase } from '../lab/whole-base.ts';
import { npmAuthorities } from './devenv.ts';
import { openProject, type Project } from './project.ts';

const tools: readonly MadeUpTool[] = [
  { tool: 'go', version: '1.21.0' },
  { tool: 'go', version: '1.22.0' },
  { tool: 'go', version: '1.22.1' },
  { tool: 'java', version: '21.0.2' },
];

/** Others that come from mirrors, each by its own way. */
const others: readonly MadeUpTool[] = [
  { tool: 'ruby', version: '3.3.0' },
  { tool: 'ruby', version: '3.3.1' },
  { tool: 'rust', version: '1.80.1' },
  { tool: 'terraform', version: '1.9.7' },
  { tool: 'terraform', version: '1.9.8' },
];

interface Planned {
  readonly steps: readonly { readonly id: string; readonly title: string; readonly cause: string }[];
}

describeInLab('Tools that mise installs', (lab) => {
  let project: Project;
  let server: FileServer;
  const lock = async (): Promise<string> =>
    (await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).replaceAll('"', '');
  const askFor = (go: string): Promise<void> =>
    writeFile(join(project.folder, 'go.mod'), `module example.com/shop\n\ngo ${go}\n`);

  beforeAll(async () => {
    server = await startFileServer(lab.registry.host.split(':')[0] ?? '');
    await serveTools(server, tools);
    project = await openProject(lab.machines.b, 'tools', {
      yaml: 'tools: {go: {from: go.mod}, java: "21"}\n',
      env: { ...npmAuthorities, ...mirrorSetting(server), RUSTUP_DIST_SERVER: `${server.url}/rust` },
    });
    await askFor('1.21');
  });

  afterAll(async () => {
    await project.remove();
    await server.stop();
  });

  it('run for every user without a shell, and the lock has their file and its checksum', async () => {
    await project.run('up', '--yes');
    expect(await project.run('exec', 'go')).toBe('go version 1.21.0\n');
    expect(await project.run('exec', '--root', 'java')).toBe('java version 21.0.2\n');
    const text = await lock();
    expect(text).toMatch(/\n {4}go: 1\.21\.0\n/);
    expect(text).toContain('go.url.linux-x64: https://dl.google.com/go/go1.21.0.linux-amd64.tar.gz');
    expect(text).toMatch(/java\.checksum\.linux-x64: sha256:[0-9a-f]{64}/);
    expect(text).toMatch(/mise\.integrity\.x64: sha512-/);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
    expect((await project.json<Drift>('drift')).paths).toBe(0);
    expect(await project.run('exec', 'ls', '/usr/local/share/mise')).toBe('installs\n');
  });

  it('follow the file of the project that names their version, which is the cause of the plan', async () => {
    await askFor('1.22');
    expect((await project.json<Planned>('plan')).steps).toMatchObject([
      { id: 'tool', title: 'install go 1.22', cause: 'go.mod changed: it was 1.21' },
    ]);
    await project.run('up', '--yes', '--discard');
    expect(await project.run('exec', 'go')).toBe('go version 1.22.1\n');
    expect(await project.run('exec', 'ls', '/usr/local/share/mise/installs/go')).not.toContain('1.21');
  });

  it('are the same in a clean build, which asks for nothing but the files of the lock', async () => {
    await serveTools(server, [...tools, { tool: 'go', version: '1.22.9' }]);
    const asked = server.requests.length;
    const checked = await project.json('build', '--clean', '--no-cache', '--check');
    expect(checked).toMatchObject({ identical: true, failed: [] });
    expect(
      server.requests
        .slice(asked)
        .filter((path) => path.endsWith('.tar.gz'))
        .sort(),
    ).toEqual([toolPath({ tool: 'go', version: '1.22.1' }), toolPath({ tool: 'java', version: '21.0.2' })].sort());
    expect(server.requests.slice(asked).filter((path) => path.includes('mise-versions'))).toEqual([]);
  });

  it('are refused with status 11 if the server has another file', async () => {
    const before = await lock();
    await serveTools(server, [
      ...tools.slice(0, 2),
      { tool: 'go', version: '1.22.1', note: 'other' },
      ...tools.slice(3),
    ]);
    const { status, stderr } = await project.attempt(['build', '--clean', '--no-cache', '--check']);
    expect([status, stderr]).toEqual([
      11,
      expect.stringContaining('The content of go 1.22.1 does not match its digest'),
    ]);
    expect(await lock()).toBe(before);
  });

  it('of a version that does not exist are answered with the nearest, and nothing is recorded', async () => {
    const before = await lock();
    await askFor('1.22.7');
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr]).toEqual([8, expect.stringContaining('no go 1.22.7 any more; the nearest is 1.22.1')]);
    expect(await lock()).toBe(before);
    await askFor('1.22');
  });

  it('of a name that mise does not know are a failed step with its suggestions', async () => {
    await project.declare('tools: {terrafrm: "1"}\n');
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr]).toEqual([8, expect.stringContaining('terrafrm not found')]);
    expect(stderr).toContain('terraform');
  });

  it('are removed on top', async () => {
    await project.declare('tools: {java: "21"}\n');
    await project.run('up', '--yes');
    expect(await project.run('exec', 'ls', '/usr/local/bin', '/usr/local/share/mise/installs')).not.toContain('go');
    expect(await project.run('exec', 'java')).toBe('java version 21.0.2\n');
    expect(await lock()).not.toContain('go.url');
  });

  it('such as Ruby, Rust and Terraform come from the mirrors of this machine', async () => {
    await serveTools(server, [...tools, ...others]);
    await project.declare('tools: {ruby: "3.3", rust: "1.80", terraform: "1.9"}\n');
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status, stderr).toBe(0);
    expect(await project.run('exec', 'sh', '-c', 'ruby; rustc; terraform')).toBe(
      `ruby version 3.3.1\nrust version 1.80.1 from ${server.url}/rust\nterraform version 1.9.8\n`,
    );
    const text = await lock();
    expect(text).toMatch(/\n {4}rust: 1\.80\.1\n/);
    expect(text).toMatch(/terraform\.checksum\.linux-x64: sha256:[0-9a-f]{64}/);
    expect(text).toContain(`ruby.url.linux-x64: ${server.url}/ruby/ruby-3.3.1.x86_64_linux.tar.gz`);
  });

  it.each([
    ['ruby', '3.3.7', '3.3.1'],
    ['terraform', '1.9.5', '1.9.7'],
    ['rust', '1.80.0', '1.80.1'],
  ])('%s of a version that does not exist is answered with the nearest', async (tool, asked, nearest) => {
    const before = await lock();
    await project.declare(`tools: {${tool}: "${asked}"}\n`);
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr]).toEqual([
      8,
      expect.stringContaining(`no ${tool} ${asked} any more; the nearest is ${nearest}`),
    ]);
    expect(await lock()).toBe(before);
  });

  it('of the lock stay what they are in a clean build, though there are newer ones', async () => {
    const newer = [
      { tool: 'ruby', version: '3.3.9' },
      { tool: 'terraform', version: '1.9.9' },
    ] as const;
    await serveTools(server, [...tools, ...others, ...newer]);
    await project.declare('tools: {ruby: "3.3", rust: "1.80", terraform: "1.9"}\n');
    const checked = await project.json('build', '--clean', '--no-cache', '--check');
    expect(checked).toMatchObject({ identical: true, failed: [] });
  });

  it('that mise takes from no mirror say so, and the way out that is named works', async () => {
    await project.declare('tools: {php: "8.2"}\n');
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr]).toEqual([8, expect.stringContaining('mise installs php by a plug-in')]);
    const base = await importWholeBase(project.machine);
    await project.write('devenv.yaml', `version: 1\nname: tools\nbase: ${base}\npackages: {apt: [php-cli]}\n`);
    await project.run('up', '--yes');
    expect(await project.run('exec', 'php', '-r', 'echo PHP_MAJOR_VERSION;')).toBe('8');
  });
});
