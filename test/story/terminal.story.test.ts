import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { carrierPrefix } from '../../src/adapters/overlay/capture/carrier.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startDevenv, type Running } from './devenv.ts';
import { aptInstall, openProject, type Project } from './project.ts';

const yaml = `packages:
  apt: [ca-certificates] # keep
`;

describeInLab('commit on a terminal', (lab) => {
  let project: Project;
  const config = () => readFile(join(project.folder, 'devenv.yaml'), 'utf8');
  const lock = () => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
  const onTerminal = (...args: string[]): Running =>
    startDevenv(args, { folder: project.folder, env: { ...project.env, TERM: 'xterm' }, terminal: true });

  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'commit-terminal', { yaml });
    await project.run('up');
    const script = `${aptInstall} jq hello >/dev/null
      mkdir /srv/scratch; head -c 2000000 /dev/zero >/srv/scratch/blob; echo kept >/srv/kept`;
    await project.run('exec', '--root', 'sh', '-c', script);
  });
  afterAll(() => project.remove());

  it('changes nothing when it is left at a question', async () => {
    const docker = (...args: string[]): Promise<string> => lab.machines.b.cli(args);
    const container = await docker(
      'ps',
      '--quiet',
      '--no-trunc',
      '--filter',
      'label=dev.teamvm.project=commit-terminal',
    );
    const carriers = () => docker('ps', '--all', '--quiet', '--filter', `name=${carrierPrefix(container)}`);
    const before = [await config(), await lock()];
    const running = onTerminal('commit', '-m', 'by hand');
    await running.said('What goes into this version');
    expect(await carriers(), 'what copying takes is ready').not.toBe('');
    running.child.stdin.write('\x03');
    expect((await running.ended).status).toBe(130);
    expect([await config(), await lock()]).toEqual(before);
    expect(await carriers(), 'and given back').toBe('');
    expect(await project.run('doctor')).not.toMatch(/under way|killed/);
  });

  it('asks what to leave out and what to declare, and does so', async () => {
    const running = onTerminal('commit', '-m', 'by hand');
    await running.said('What goes into this version');
    // What is made ready meanwhile is old by then, and no remains of a commit that was killed.
    await sleep(11_000);
    // Packages come first, then files, each the largest first: the first package stays undeclared, the first file is left out.
    running.child.stdin.write(' ');
    running.child.stdin.write('\u001b[B');
    running.child.stdin.write('\u001b[B');
    running.child.stdin.write(' ');
    running.child.stdin.write('\r');
    const { status, stdout } = await running.ended;
    expect([status, stdout]).toEqual([0, expect.stringContaining('/srv/scratch/ (2.0 MB)')]);
    expect(await config()).toContain('apt: [ca-certificates, hello] # keep');
    expect(await config()).toContain('exclude: [/srv/scratch]');
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
    await project.run('destroy', '--yes', '--discard');
    await project.run('up');
    expect(await project.run('exec', 'sh', '-c', 'ls /srv; hello; jq --version')).toMatch(/^kept\nHello, world!\njq-1/);
  });
});
