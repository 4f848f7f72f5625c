import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { few, many, tryService } from './daemons.ts';
import { aptInstall, openProject, type Project } from './project.ts';

const daemons = wide ? many : few;
const nameOf = ({ package: name, service = name }: (typeof daemons)[number]): string => service;

describeInLab('a daemon that was installed by hand', (lab) => {
  let here: Project;
  let there: Project | undefined;
  /** Of each service, what the workspace says where it was installed. */
  const before = new Map<string, string>();

  const attempt = (project: Project, service: string): Promise<string> =>
    project.run('exec', '--root', '--', 'sh', '-c', tryService, 'sh', service);

  beforeAll(async () => {
    const image = `image: ${lab.registry.host}/daemons-${randomBytes(3).toString('hex')}\n`;
    await Promise.all([lab.login('a'), lab.login('c')]);
    here = await openProject(lab.machines.a, 'daemons', { yaml: image });
    await here.run('up', '--yes');
    // One after the other: what cannot be installed beside the others does not start here either.
    const install = `apt-get update -qq; for name; do ${aptInstall} "$name" || echo "not installed: $name"; done`;
    const names = ['init-system-helpers', 'procps', ...daemons.map((daemon) => daemon.package)];
    const script = `export DEBIAN_FRONTEND=noninteractive; { ${install}; } >/tmp/apt 2>&1; grep '^not installed' /tmp/apt`;
    const { stdout } = await here.attempt(['exec', '--root', '--', 'sh', '-c', script, 'sh', ...names]);
    if (stdout !== '') console.warn(stdout);
    for (const daemon of daemons) before.set(nameOf(daemon), await attempt(here, nameOf(daemon)));
    await here.run('commit', '--yes', '-m', 'daemons');
    await here.run('push');
    const yaml = await readFile(join(here.folder, 'devenv.yaml'), 'utf8');
    there = await openProject(lab.machines.c, 'daemons', { folder: here.folder });
    await there.write('devenv.yaml', yaml);
    await there.run('up', '--yes');
  }, 1_200_000);

  afterAll(async () => {
    await there?.remove();
    await here.remove();
  });

  it.each(daemons.map(nameOf))('starts for a teammate as it starts here: %s', async (service) => {
    const expected = before.get(service)?.trim();
    if (expected !== 'runs') console.warn(`${service} does not start where it was installed: ${expected ?? ''}`);
    if (expected === 'runs') expect((await attempt(there ?? here, service)).trim()).toBe('runs');
  });
});
