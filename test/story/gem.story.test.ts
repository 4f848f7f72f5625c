import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { openProject, type Project } from './project.ts';

/** Makes gems, each with a program that prints its name and version, and an index of them. */
const makeGems = `set -e
mkdir -p gems/gems source/bin && cd source
make() {
  printf '#!/usr/bin/env ruby\\nputs "%s %s"\\n' "$1" "$2" >bin/$1 && chmod +x bin/$1
  echo "Gem::Specification.new { |s| s.name = '$1'; s.version = '$2'; s.summary = 'x'; s.authors = ['Lab']
    s.files = ['bin/$1']; s.bindir = 'bin'; s.executables = ['$1']; $3 }" >$1.gemspec
  gem build $1.gemspec --output ../gems/gems/$1-$2.gem >/dev/null 2>&1
}
make tiny 1.0 "s.add_runtime_dependency 'dep', '>= 0.1'"
make tiny 2.0 "s.add_runtime_dependency 'dep', '>= 0.1'"
make dep 0.3
make hand 2.0 "s.add_runtime_dependency 'helper'"
make helper 1.5
gem generate_index --directory ../gems >/dev/null
`;

describeInLab('Ruby gems', (lab) => {
  let project: Project;
  let server: FileServer;
  const lock = async (): Promise<string> =>
    (await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).replaceAll('"', '');
  const gemItems = ({ groups }: Drift) => groups.flatMap(({ cause, items }) => (cause === 'gem' ? [...items] : []));

  beforeAll(async () => {
    server = await startFileServer(lab.registry.host.split(':')[0] ?? '');
    const gemrc = join(lab.folder, 'gemrc');
    project = await openProject(lab.machines.c, 'gem', { yaml: 'packages: {apt: [ruby]}\n', env: { GEMRC: gemrc } });
    await project.run('up', '--yes');
    await project.run('exec', '--root', 'sh', '-c', makeGems);
    const folder = join(project.folder, 'gems');
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile()) server.files.set(path.slice(folder.length), await readFile(path));
    }
    await writeFile(gemrc, `---\n:sources:\n- ${server.url.replace('http://', 'http://kim:hunter2secret@')}/\n`);
  });

  afterAll(async () => {
    await project.remove();
    await server.stop();
  });

  it('are installed from the sources of this machine, and locked with what they need', async () => {
    await project.declare('packages: {apt: [ruby], gem: ["tiny:1.0"]}\n');
    const { status, stdout, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout + stderr).not.toContain('hunter2secret');
    expect(await project.run('exec', 'tiny')).toBe('tiny 1.0\n');
    const text = await lock();
    expect(text).toContain('\n    tiny: 1.0\n');
    expect(text).toMatch(/\n {4}dep\.sha256: [0-9a-f]{64}\n/);
    expect(text).toContain('\n    tiny.needs: dep\n');
    expect((await project.json<Drift>('drift')).paths).toBe(0);
  });

  it('that a person installs are declared by commit, without those that came along', async () => {
    await project.run(
      'exec',
      '--root',
      'gem',
      'install',
      '--no-document',
      '--clear-sources',
      '--source',
      server.url,
      'hand',
    );
    expect(gemItems(await project.json<Drift>('drift'))).toMatchObject([
      { name: 'hand', version: '2.0', change: 'added', origin: 'person' },
      { name: 'helper', version: '1.5', change: 'added', origin: 'dependency' },
    ]);
    await project.run('commit', '--yes', '-m', 'add hand');
    expect(await readFile(join(project.folder, 'devenv.yaml'), 'utf8')).toMatch(/gem: \["tiny:1.0", "?hand"?\]/);
    expect(await lock()).toMatch(/helper\.sha256: [0-9a-f]{64}/);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it('are made again by a clean build', async () => {
    const checked = await project.json<{ identical: boolean; failed: readonly unknown[] }>(
      'build',
      '--clean',
      '--check',
    );
    expect(checked.failed).toEqual([]);
    expect(checked.identical).toBe(true);
  });

  it('are refused with status 11 if the source has another file', async () => {
    const file = server.files.get('/gems/helper-1.5.gem') ?? Buffer.alloc(0);
    server.files.set('/gems/helper-1.5.gem', server.files.get('/gems/dep-0.3.gem') ?? Buffer.alloc(0));
    const before = await lock();
    const { status, stderr } = await project.attempt(['build', '--clean', '--no-cache', '--check']);
    expect([status, stderr]).toEqual([11, expect.stringContaining('The content of helper 1.5 does not match')]);
    expect(await lock()).toBe(before);
    server.files.set('/gems/helper-1.5.gem', file);
  });

  it('are changed and removed on top, with what only they needed', async () => {
    await project.declare('packages: {apt: [ruby], gem: ["tiny:2.0"]}\n');
    const plan = await project.json<{ steps: readonly { id: string; title: string }[] }>('plan');
    expect(plan.steps.map(({ id, title }) => `${id}: ${title}`)).toEqual([
      'gem:remove: remove hand',
      'gem: install tiny:2.0',
    ]);
    await project.run('up', '--yes', '--discard');
    expect(await project.run('exec', 'tiny')).toBe('tiny 2.0\n');
    expect(await project.run('exec', 'sh', '-c', 'gem list --no-versions; ls /usr/local/bin')).not.toMatch(
      /hand|helper/,
    );
    expect(await lock()).not.toContain('helper.sha256');
  });
});
