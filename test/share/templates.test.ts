import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Context } from '../../src/ports/context.ts';
import { init, listTemplates } from '../../src/share/init.ts';
import { plan } from '../../src/workspace/plan.ts';
import { makeContext } from '../fakes/make-context.ts';
import { makeFolder, runDevenv, type Outcome } from '../run-devenv.ts';

const own = resolve(import.meta.dirname, '../../templates');
const templates = new Map(
  readdirSync(own, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path.slice(own.length + 1), readFileSync(path, 'utf8')]),
);
const names = readdirSync(own, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** An empty folder. */
function open() {
  const git = { judgeFile: () => Promise.resolve('no repository') } as unknown as Context['git'];
  return makeContext({}, { ports: { git } });
}

describe.each(names.map(({ name }) => name))('the template %s', (name) => {
  it('is written with the name of the project, and can be planned', async () => {
    const context = open();
    context.fake.prompt.interactive = false;
    await init(context, { templates, template: name });
    const text = context.fake.files.files.get('/shop/devenv.yaml') ?? '';
    expect(text.split('\n')[0]).toContain('# yaml-language-server: $schema=');
    expect(parse(text)).toMatchObject({ version: 1, name: 'shop' });
    expect((await plan(context, { workspace: 'main', clean: false })).image.kind).toBe('build');
  });

  it('takes another base', async () => {
    const context = open();
    await init(context, { templates, template: name, base: 'debian:12' });
    expect(parse(context.fake.files.files.get('/shop/devenv.yaml') ?? '')).toMatchObject({ base: 'debian:12' });
  });

  it('says in a line what it is', () => {
    const listed = listTemplates(templates);
    expect(listed.find((one) => one.name === name)?.summary).toMatch(/^[A-Z].{10,80}\.$/);
  });
});

it('are those that the documentation promises', () => {
  expect(names.map(({ name }) => name).sort()).toEqual([
    'from-dockerfile',
    'full-stack',
    'go',
    'java',
    'minimal',
    'node',
    'php',
    'python',
    'ruby',
    'rust',
  ]);
});

const yaml = 'version: 1\nname: a\nbase: { dockerfile: docker/Dockerfile }\nenv_file: dev.env\n';
const parts = { 'devenv.yaml': yaml, 'docker/Dockerfile': 'FROM a\n', 'dev.env': 'A=1\n', 'other.txt': 'x' };

/** A template that names 60 files. */
function manyFiles(): Readonly<Record<string, string>> {
  const paths = Array.from({ length: 60 }, (_, index) => `${String(index)}.env`);
  const list = paths.map((path) => JSON.stringify(path)).join(', ');
  return {
    'devenv.yaml': `version: 1\nname: a\nbase: a\nenv_file: [${list}]\n`,
    ...Object.fromEntries(paths.map((path) => [path, 'A=1\n'])),
  };
}

/** Writes files into a folder. */
function put(folder: string, written: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A git repository with these files. Gives its address. */
function publish(folder: string, written: Readonly<Record<string, string>>): string {
  const git = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=a@example.com', ...argv], { cwd: folder });
  put(folder, written);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'template');
  return `file://${folder}`;
}

const start = (folder: string, template: string, ...flags: string[]): Promise<Outcome> =>
  runDevenv(['init', '--template', template, ...flags], { cwd: folder });

describe('a template of others', () => {
  it.each([
    ['a folder', (folder: string) => (put(folder, parts), folder)],
    ['a git repository', (folder: string) => publish(folder, parts)],
  ])('may be %s: what its devenv.yaml names comes along', async (_, make) => {
    using template = makeFolder();
    using project = makeFolder();
    put(project.path, { 'dev.env': 'A=mine\n' });
    const address = make(template.path);
    expect(await start(project.path, address)).toMatchObject({ status: 1 });
    expect(readdirSync(project.path)).toEqual(['dev.env']);
    const { status, stdout, stderr } = await start(project.path, address, '--yes');
    expect([status, stdout]).toEqual([0, expect.stringContaining('Kept your own dev.env')]);
    expect(stderr).toContain('+++ b/docker/Dockerfile\n+FROM a\n');
    expect(readdirSync(project.path).sort()).toEqual(['dev.env', 'devenv.yaml', 'docker']);
    expect(readFileSync(join(project.path, 'dev.env'), 'utf8')).toBe('A=mine\n');
  });

  it.each([
    ['no devenv.yaml', { 'other.txt': 'x' }, 2],
    ['a devenv.yaml that is not valid', { 'devenv.yaml': 'version: 1\n' }, 3],
    ['a devenv.yaml of 1 MB', { 'devenv.yaml': `${yaml}#${'x'.repeat(1_000_000)}` }, 1],
    ['more files than anybody reads', manyFiles(), 2],
  ])('is refused with %s', async (_, written, expected) => {
    using template = makeFolder();
    using project = makeFolder();
    put(template.path, written);
    const { status } = await start(project.path, template.path, '--yes');
    expect([status, readdirSync(project.path)]).toEqual([expected, []]);
  });

  it.each([
    'ext::sh -c touch% made',
    '--upload-pack=touch made',
    'http://127.0.0.1:9/x.git',
    'file:///nowhere',
    'noed',
  ])('is refused at %s', async (address) => {
    using project = makeFolder();
    expect(await runDevenv(['init', `--template=${address}`, '--yes'], { cwd: project.path })).toMatchObject({
      status: 2,
    });
    expect(readdirSync(project.path)).toEqual([]);
  });

  it('brings nothing that git runs, and writes no file through a link', async () => {
    using template = makeFolder();
    using project = makeFolder();
    using outside = makeFolder();
    const named = 'version: 1\nname: a\nbase: a\nfiles: [{from: .git/hooks/post-checkout, to: /a}]\n';
    put(template.path, { 'devenv.yaml': named, '.git/hooks/post-checkout': 'touch x\n' });
    await start(project.path, template.path, '--yes');
    expect(existsSync(join(project.path, '.git'))).toBe(false);
    put(template.path, { ...parts });
    execFileSync('rm', ['-f', join(project.path, 'devenv.yaml')]);
    symlinkSync(outside.path, join(project.path, 'docker'));
    expect(await start(project.path, template.path, '--yes')).toMatchObject({ status: 1 });
    expect(readdirSync(outside.path)).toEqual([]);
    expect(existsSync(join(project.path, 'devenv.yaml'))).toBe(false);
  });

  it('is not read through a link that leaves it', async () => {
    using template = makeFolder();
    using project = makeFolder();
    symlinkSync('/etc/passwd', join(template.path, 'devenv.yaml'));
    expect((await start(project.path, template.path, '--yes')).status).not.toBe(0);
    expect(readdirSync(project.path)).toEqual([]);
  });
});
