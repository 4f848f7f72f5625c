import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, type Project } from './project.ts';

describeInLab('an engine in the workspace', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'docker-inside', { yaml: 'docker: inside\ninit: true\n' });
    for (const path of ['', 'devenv.yaml']) await chown(join(project.folder, path), 1000, 1000);
  });
  afterAll(() => project.remove());

  it('is not started without trust, and leaves nothing if the image has none', async () => {
    const untrusted = await project.attempt(['up', '--yes']);
    expect([untrusted.status, untrusted.stderr]).toEqual([9, expect.stringContaining('docker: gets all capabilities')]);
    await project.run('trust', '--yes');
    const without = await project.attempt(['up', '--yes']);
    expect([without.status, without.stderr]).toEqual([8, expect.stringMatching(/no dockerd\.[^]*apt: \[docker\.io\]/)]);
    expect(await project.containers()).toEqual([]);
  });

  // Installs an engine: only in the wide run.
  if (wide)
    it('answers the user once up has ended, and again after a stop, with its data', async () => {
      await project.declare('docker: inside\ninit: true\npackages: {apt: [docker.io]}\n');
      await project.run('up', '--yes');
      const make =
        'id -un; printf x >x && tar -c x | docker import - mine:1 >/dev/null && docker images --format {{.Repository}}';
      expect(await project.run('exec', 'sh', '-c', make)).toBe('dev\nmine\n');
      await project.run('down');
      await project.run('up');
      expect(await project.run('exec', 'docker', 'images', '--format', '{{.Repository}}:{{.Tag}}')).toBe('mine:1\n');
      expect((await project.json<{ workspace: { unsaved: number } }>('status')).workspace.unsaved).toBe(0);
    });
});
