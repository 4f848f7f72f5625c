import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importBase } from '../lab/base.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { giveDockerPlugins } from '../lab/docker-plugins.ts';
import { run } from '../lab/run.ts';
import { idle, openProject, type Project } from './project.ts';
import { findBlock, runBlock } from './run-block.ts';

/** The base that the documentation names. */
const base = 'debian:bookworm-slim';

describeInLab('the documented services', (lab) => {
  let project: Project;
  beforeAll(async () => {
    await importBase(lab.machines.b, base);
    project = await openProject(lab.machines.b, 'shop-api');
  });
  afterAll(() => project.remove());
  const psql = async (query: string): Promise<string> => (await project.run('exec', 'psql', '-qtAc', query)).trim();

  it('answer the workspace at their names', { timeout: 600_000 }, async () => {
    await project.write('devenv.yaml', findBlock('docs/guides/services.md', 'yaml', 0).text);
    const [, version] = await runBlock(project, findBlock('docs/guides/services.md', 'sh', 0));
    expect(version).toContain('PostgreSQL 15');
    const ping = 'exec 3<>/dev/tcp/cache/6379; printf "PING\\r\\n" >&3; head -n 1 <&3';
    expect(await project.run('exec', 'bash', '-c', ping)).toContain('PONG');
  });

  it('come back from a snapshot that did not pause them', { timeout: 600_000 }, async () => {
    await project.write('devenv.yaml', findBlock('docs/guides/snapshots.md', 'yaml', 1).text);
    await project.run('up', '--yes');
    await psql('create table stock as select generate_series(1, 1000) as id');
    await project.run('snapshot', 'create', '-m', 'with stock');
    await psql('drop table stock');
    await project.run('snapshot', 'restore', '1', '--yes', '--no-snapshot');
    await project.run('up');
    expect(await psql('select count(*) from stock')).toBe('1000');
    await project.run('snapshot', 'rm', '1', '--yes');
    await runBlock(project, findBlock('docs/guides/snapshots.md', 'sh', 0));
  });
});

describeInLab('the documented commands', (lab) => {
  let project: Project;
  beforeAll(async () => {
    await lab.login('b');
    await importBase(lab.machines.b, base);
    project = await openProject(lab.machines.b, 'docs');
    await project.write(
      'devenv.yaml',
      `version: 1\nname: docs\nimage: ${lab.registry.host}/docs/env\nbase: ${base}\npackages: {apt: []}\ntasks: {test: 'true'}\n`,
    );
    await run('git', ['-C', project.folder, 'init', '-q']);
    await project.run('up', '--yes');
  });
  afterAll(() => project.remove());

  it('of the guides to the workspace and to trust do what they say', { timeout: 600_000 }, async () => {
    await runBlock(project, findBlock('docs/guides/trust.md', 'sh', 0));
    await runBlock(project, findBlock('docs/guides/workspace.md', 'sh', 0));
    await project.run('up');
    expect((await runBlock(project, findBlock('docs/guides/workspace.md', 'sh', 2)))[0]).toMatch(/^test +true/m);
    const [, list] = await runBlock(project, findBlock('docs/guides/workspace.md', 'sh', 3));
    expect(list).toMatch(/docs +two/);
    await project.run('destroy', '--yes', '--name', 'two');
    await project.run('up');
  });

  it('of the README add a tool, share it, look back and go back', { timeout: 600_000 }, async () => {
    await runBlock(project, findBlock('README.md', 'sh', 2));
    const printed = await runBlock(project, findBlock('README.md', 'sh', 3));
    expect(printed[0]).toContain('Add jq');
    expect((await project.attempt(['exec', 'jq', '--version'])).status).not.toBe(0);
  });

  it('of the guides to moving in and out do what they say', { timeout: 600_000 }, async () => {
    await runBlock(project, findBlock('docs/guides/moving-out.md', 'sh', 0));
    const moved = await openProject(lab.machines.b, 'moved-in');
    try {
      const json = { image: base, postCreateCommand: 'echo made > ~/made' };
      await rm(join(moved.folder, 'devenv.yaml'));
      await moved.write('.devcontainer/devcontainer.json', JSON.stringify(json));
      await runBlock(moved, findBlock('docs/guides/moving-in.md', 'sh', 1));
      expect(await moved.run('exec', 'sh', '-c', 'cat ~/made')).toBe('made\n');
    } finally {
      await moved.remove();
    }
  });

  it('of other programs in the guide to moving out run without devenv', { timeout: 600_000 }, async () => {
    const machine = lab.machines.b;
    const out = await openProject(machine, 'moved-out');
    const config = join(out.folder, '../docker');
    const docker = (args: readonly string[]): Promise<string> =>
      machine.cli(args, { cwd: out.folder, env: { DOCKER_CONFIG: config } });
    try {
      await giveDockerPlugins(config);
      await cp(join(machine.home, '.docker/config.json'), join(config, 'config.json'));
      // A stand-in: the project has no Node.js.
      await out.write('npm', '#!/bin/sh\necho "$1 in $PWD as $(id -un) beside $(getent hosts db | wc -l)"\n', 0o755);
      await out.write(
        'devenv.yaml',
        `version: 1
name: moved-out
image: ${lab.registry.host}/moved-out/env
base: ${base}
files: [{from: npm, to: /usr/local/bin/npm, mode: "0755"}]
services: {db: {image: "${base}", command: "${idle}"}}
tasks: {test: npm test}
`,
      );
      await out.run('up', '--yes');
      const page = 'docs/guides/moving-out.md';
      await runBlock(out, findBlock(page, 'sh', 0));
      await rm(join(out.folder, 'Dockerfile'));
      await runBlock(out, findBlock(page, 'sh', 1), { docker });
      await out.run('destroy', '--yes');
      const [, tested] = await runBlock(out, findBlock(page, 'sh', 2), { docker });
      expect(tested).toBe('test in /workspace as dev beside 1');
    } finally {
      await docker(['compose', 'down', '--volumes']).catch(() => undefined);
      await out.remove();
    }
  });

  it('of the guide to commits do what it says', { timeout: 600_000 }, async () => {
    for (const index of [0, 1, 2, 3]) await runBlock(project, findBlock('docs/guides/commit.md', 'sh', index));
  });

  it('of the guide to versions do what it says', { timeout: 600_000 }, async () => {
    for (const index of [0, 1, 2, 3, 4]) await runBlock(project, findBlock('docs/guides/versions.md', 'sh', index));
  });
});
