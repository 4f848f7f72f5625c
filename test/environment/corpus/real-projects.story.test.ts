import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeInLab } from '../../lab/describe-in-lab.ts';
import { importBase } from '../../lab/base.ts';
import { openProject, readyBase } from '../../story/project.ts';
import { composeRows } from './compose-rows.ts';
import { devcontainerRows } from './devcontainer-rows.ts';
import { dockerfileRows } from './dockerfile-rows.ts';
import { describeRun, prepareCompose, prepareDevcontainer, prepareDockerfile, type ProjectFiles } from './run-rows.ts';

/** The base with the users that the rows name. */
const base = 'devenv-test/corpus:1';
const users = ['builder', 'unit', 'postgres', 'node', 'vscode', 'ubuntu', 'dev'];

describeInLab('projects like real ones come up', (lab) => {
  const machine = lab.machines.b;

  beforeAll(async () => {
    await importBase(machine, readyBase);
    const script = users.map((user) => `useradd --create-home --shell /bin/sh ${user}`).join(' && ');
    const id = (await machine.cli(['create', readyBase, 'sh', '-c', script])).trim();
    await machine.cli(['start', '--attach', id]);
    await machine.cli(['commit', id, base]);
    await machine.cli(['rm', id]);
    await mkdir(join(machine.home, '.config/tool'), { recursive: true });
  });

  async function bringUp(files: ProjectFiles): Promise<void> {
    const project = await openProject(machine, 'corpus');
    try {
      for (const [path, text] of Object.entries(files))
        await project.write(path, text, path.endsWith('.sh') ? 0o755 : 0o644);
      await project.run('trust', '--yes');
      const { status, stderr } = await project.attempt(['up', '--yes']);
      expect(status, stderr.slice(-2000)).toBe(0);
      expect(await project.run('exec', 'echo', 'up')).toBe('up\n');
      expect((await project.attempt(['up', '--dry-run'])).stdout).toMatch(/nothing/i);
    } finally {
      await project.remove();
    }
  }

  describe('from a devcontainer.json', () => {
    const rows = devcontainerRows.filter((row) => describeRun.devcontainer(row) !== '');
    it.each(rows)('$name', (row) => bringUp(prepareDevcontainer(row, base)));
  });

  describe('from a compose file', () => {
    const rows = composeRows.filter((row) => describeRun.compose(row) !== '');
    it.each(rows)('$name', (row) => bringUp(prepareCompose(row, base)));
  });

  describe('from a Dockerfile', () => {
    it.each(dockerfileRows)('$name', (row) => bringUp(prepareDockerfile(row, base)));
  });
});
