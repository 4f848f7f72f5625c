import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { random } from '../secrets/made-values.ts';
import { idle, openProject, readyBase, type Project } from '../story/project.ts';

/** Command lines of all processes of this machine, those in containers included, as everybody can read them. */
async function readCommandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')));
  return lines.join('\n').replaceAll('\0', ' ');
}

describeInLab('what others can see', (lab) => {
  const value = `view-${random(32)}`;
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'in-view', {
      yaml: [
        'secrets: [VIEW_TOKEN]',
        'hooks: {create: "sleep 1", start: "sleep 1"}',
        'run: [{name: slow, run: "sleep 2"}]',
        `services: {db: {image: ${readyBase}, command: "${idle}"}}`,
        '',
      ].join('\n'),
    });
    await project.write('.env.local', `VIEW_TOKEN=${value}\n`, 0o600);
  });
  afterAll(() => project.remove());

  it('has no value of a secret: command lines, containers, images, logs, files of the project', async () => {
    const { cli } = project.machine;
    const seen: string[] = [];
    let done = false;
    const watch = async (): Promise<void> => {
      while (!done) {
        seen.push(await readCommandLines());
        await new Promise((later) => setTimeout(later, 20));
      }
    };
    const work = async (): Promise<void> => {
      await project.run('up', '--yes');
      expect(await project.run('exec', 'sh', '-c', 'sleep 0.5; printenv VIEW_TOKEN')).toBe(`${value}\n`);
      await project.run('exec', '--root', 'sh', '-c', 'echo x >/opt/x');
      await project.run('commit', '--yes', '-m', 'x');
      await project.run('snapshot', 'create');
    };
    await Promise.all([watch(), work().finally(() => (done = true))]);
    // The search itself sees what is there.
    expect(seen.join('\n')).toContain('devenv.js exec');
    const ids = (await cli(['ps', '-aq', '--filter', `label=dev.teamvm.folder=${project.folder}`]))
      .split('\n')
      .filter(Boolean);
    expect(ids).toHaveLength(2);
    const images = (await cli(['images', '-q', `devenv/${project.name}`])).split('\n').filter(Boolean);
    expect(images.length).toBeGreaterThan(1);
    seen.push(await cli(['inspect', ...ids]), await cli(['image', 'inspect', ...images]));
    for (const id of ids) seen.push(await cli(['logs', id]));
    for (const image of images) seen.push(await cli(['history', '--no-trunc', image]));
    seen.push(await cli(['volume', 'ls', '--format', '{{json .}}']));
    seen.push(await readFile(`${project.folder}/devenv-lock.yaml`, 'utf8'));
    expect(seen.filter((text) => text.includes(value))).toEqual([]);
  });

  it('stays whole under ten commands at once', async () => {
    const commands = [
      ...[
        ['up', '--yes'],
        ['up', '--yes'],
        ['commit', '--yes', '-m', 'many'],
        ['commit', '--yes', '-m', 'more'],
      ],
      ...[
        ['snapshot', 'create'],
        ['status'],
        ['drift'],
        ['exec', 'true'],
        ['exec', '--root', 'sh', '-c', 'echo y >>/opt/y'],
      ],
      ['history'],
    ];
    const ended = await Promise.all(commands.map((args) => project.attempt(args)));
    expect(
      ended
        .map(({ status, stderr }, index) => (status === 0 ? '' : `${commands[index]?.join(' ') ?? ''}: ${stderr}`))
        .join(''),
    ).toBe('');
    expect((await project.containers()).map((each) => each.split(' ')[1])).toEqual(['running', 'running']);
    expect((await project.json<{ operations: unknown[] }>('up')).operations).toEqual([]);
    const { versions } = await project.json<{ versions: { number: number }[] }>('history');
    expect(versions.map(({ number }) => number).sort((a, b) => a - b)).toEqual(versions.map((_, index) => index + 1));
    // The writing one may have run after both commits.
    await project.run('commit', '--yes', '-m', 'the rest');
    await project.run('verify');
  });
});
