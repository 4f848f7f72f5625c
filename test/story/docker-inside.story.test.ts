import { chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInnerEngine } from '../../src/containers/inner-engine.ts';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { run } from '../lab/run.ts';
import { makeFolder } from '../run-devenv.ts';
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
  if (wide) it(answers, () => useEngine(project));
});

const answers = 'answers the user once up has ended, and again after a stop, with its data';

async function useEngine(project: Project): Promise<void> {
  await project.declare('docker: inside\ninit: true\npackages: {apt: [docker.io]}\n');
  await project.run('up', '--yes');
  const make =
    'id -un; printf x >x && tar -c x | docker import - mine:1 >/dev/null && docker images --format {{.Repository}}';
  expect(await project.run('exec', 'sh', '-c', make)).toBe('dev\nmine\n');
  await project.run('down');
  await project.run('up');
  expect(await project.run('exec', 'docker', 'images', '--format', '{{.Repository}}:{{.Tag}}')).toBe('mine:1\n');
  expect((await project.json<{ workspace: { unsaved: number } }>('status')).workspace.unsaved).toBe(0);
}

if (wide)
  describeInLab('an engine in the workspace, on a machine with control groups of version 2', () => {
    let [lab, project] = [undefined, undefined] as unknown as [Lab<'groups'>, Project];
    beforeAll(async () => {
      lab = await startLab({ machines: { groups: 'docker-26-cgroup2' } });
      project = await openProject(lab.machines.groups, 'docker-inside-groups', { yaml: 'docker: inside\n' });
      for (const path of ['', 'devenv.yaml']) await chown(join(project.folder, path), 1000, 1000);
      await project.run('trust', '--yes');
    });
    afterAll(async () => {
      await project.remove();
      await lab.stop();
    });

    it(answers, async () => {
      await useEngine(project);
      expect(await project.machine.cli(['info', '--format', '{{.CgroupVersion}}'])).toBe('2');
      expect(await project.run('exec', 'docker', 'info', '--format', '{{.CgroupVersion}}')).toBe('2\n');
    });
  });

/** Runs $1 where control groups of version 2 are all that it sees, as the first process of a container does. */
const withControlGroups = `set -e
base=$(mktemp -d)
mount -t cgroup2 none "$base"
group=$base/devenv-test-$$
mkdir "$group"
[ -n "$(cat "$group/cgroup.controllers")" ] || echo +hugetlb >"$base/cgroup.subtree_control"
echo $$ >"$group/cgroup.procs"
status=0
unshare --mount --cgroup sh -c 'mount -t cgroup2 none /sys/fs/cgroup && eval "$1"' sh "$1" || status=$?
echo $$ >"$base/cgroup.procs"
find "$group" -depth -type d -exec rmdir {} +
umount "$base"
rmdir "$base"
exit "$status"`;

/** Does with control groups what an engine does before it starts a container. */
const engine = `#!/bin/sh
mkdir -p /sys/fs/cgroup/docker/one
for each in $(cat /sys/fs/cgroup/cgroup.controllers); do echo "+$each" >/sys/fs/cgroup/docker/cgroup.subtree_control || exit 1; done
diff /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/docker/one/cgroup.controllers || exit 1
rmdir /sys/fs/cgroup/docker/one /sys/fs/cgroup/docker
echo usable $*`;

describe('the start of an engine in a workspace with control groups of version 2', () => {
  it('makes groups with all controllers below that of the workspace', async () => {
    using folder = makeFolder();
    await writeFile(join(folder.path, 'dockerd'), engine, { mode: 0o755 });
    const script = `PATH=${folder.path}:$PATH; ${startInnerEngine('root')}wait`;
    expect(await run('unshare', ['--mount', 'sh', '-c', withControlGroups, 'sh', script])).toContain(
      'usable --group 0',
    );
  });
});
