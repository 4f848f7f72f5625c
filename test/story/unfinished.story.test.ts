import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startDevenv } from './devenv.ts';
import { openProject, type Project } from './project.ts';

/** Makes a package, which does not need to be downloaded. */
const make = (name: string, control: string, postinst = 'exit 0'): string => `mkdir -p /tmp/${name}/DEBIAN
  printf 'Package: ${name}\\nVersion: 1\\nArchitecture: all\\nMaintainer: a <a@example.com>\\nDescription: a\\n${control}' >/tmp/${name}/DEBIAN/control
  printf '#!/bin/sh\\n${postinst}\\n' >/tmp/${name}/DEBIAN/postinst; chmod 755 /tmp/${name}/DEBIAN/postinst
  dpkg-deb --build /tmp/${name} /tmp/${name}.deb >/dev/null`;

describeInLab('a commit while an installation is not finished', (lab) => {
  let project: Project;
  const asRoot = (script: string) => project.run('exec', '--root', 'sh', '-c', script);
  const commit = () => project.attempt(['commit', '--yes', '-m', 'tools']);

  beforeAll(async () => {
    project = await openProject(lab.machines[wide ? 'c' : 'b'], 'unfinished', {});
    await project.run('up');
  });

  afterAll(() => project.remove());

  it('is refused for a package without its dependency, until it is removed', async () => {
    await asRoot(`${make('lacking', 'Depends: no-such-package\\n')}; dpkg -i /tmp/lacking.deb || true`);
    const refused = await commit();
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('lacking (unpacked)')]);
    expect(refused.stderr).toContain('dpkg --configure -a');
    await asRoot('dpkg --force-depends --configure lacking');
    expect((await commit()).stderr).toContain('lacking (needs no-such-package)');
    await asRoot('dpkg --purge lacking');
  });

  it('is refused for a package whose script failed, and made if it is asked for', async () => {
    await asRoot(`${make('failing', '', 'exit 1')}; dpkg -i /tmp/failing.deb || true`);
    expect((await commit()).stderr).toContain('failing (half-configured)');
    await project.run('commit', '--yes', '--allow-unfinished', '-m', 'as it is');
    await asRoot('dpkg --purge --force-all failing');
    await project.run('commit', '--yes', '-m', 'without it');
  });

  it('is refused while a program inside installs, although its client was killed', async () => {
    await asRoot('mkdir -p /opt/tool; cp /bin/sleep /opt/tool/apt-get');
    const running = startDevenv(['exec', '--root', '/opt/tool/apt-get', '60'], {
      folder: project.folder,
      env: project.env,
    });
    const listed = () => project.attempt(['exec', '--root', 'sh', '-c', 'cat /proc/[0-9]*/comm | grep apt-get']);
    await expect.poll(async () => (await listed()).stdout, { timeout: 20_000 }).toContain('apt-get');
    running.child.kill('SIGKILL');
    const refused = await commit();
    expect(refused.stderr).toMatch(/being installed: apt-get \(process \d+\)/);
    const [, command = ''] = /sh -c "(kill [\d ]+)"/.exec(refused.stderr) ?? [];
    await asRoot(command);
    await project.run('commit', '--yes', '-m', 'the tool');
  });
});
