import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import type { LabMachine } from '../lab/global-setup.ts';
import { openProject, readyBase, type Project } from './project.ts';

const kinds: readonly LabMachine[] = ['a', 'b', 'c', 'podman'];

describeInLab('one project on every kind of engine', (lab) => {
  const projects = {} as Record<LabMachine, Project>;
  const hand = (from: LabMachine, to: LabMachine): Promise<void> =>
    copyFile(join(projects[from].folder, 'devenv-lock.yaml'), join(projects[to].folder, 'devenv-lock.yaml'));
  /** Of the commit that each clone has checked out. */
  const revision = 'c0ffee'.repeat(7).slice(2);
  const verify = (on: LabMachine) =>
    projects[on].json<{ fingerprint: string; content: string; identical: boolean }>('verify');

  beforeAll(async () => {
    for (const kind of kinds) {
      await lab.login(kind);
      projects[kind] = await openProject(lab.machines[kind], 'every', {
        yaml: `image: ${lab.registry.host}/every/env\nenv: {COLOUR: blue}\nrun: [{name: one, run: echo 1 > /opt/one}]\n`,
      });
      const { folder } = projects[kind];
      execFileSync('git', ['init', '-q'], { cwd: folder });
      execFileSync('git', ['remote', 'add', 'origin', 'https://ada:s3cret@git.example.com/every.git'], { cwd: folder });
      writeFileSync(join(folder, '.git/HEAD'), `${revision}\n`);
    }
  });
  afterAll(async () => {
    for (const project of Object.values(projects)) await project.remove();
  });

  const authors = [
    ['c', 1, 2],
    ['podman', 3, 3],
    ['a', 4, 4],
  ] as const;
  it.each(wide ? authors : authors.slice(0, 1))(
    'what %s commits and pushes runs alike on all others',
    async (author, from, version) => {
      if (from === 1) {
        expect(await projects[author].json('up')).toMatchObject({ version: 1, built: true });
      }
      const write = `echo ${author} > /opt/by-${author}; ln /opt/by-${author} /opt/link; rm -f /opt/one; mkdir -p /opt/dir/sub; chmod 1777 /opt/dir`;
      await projects[author].run('exec', '--root', 'sh', '-c', `rm -rf /opt/link; ${write}`);
      await projects[author].run('commit', '-m', `from ${author}`);
      await projects[author].run('push');
      const expected = await verify(author);
      expect(expected.identical).toBe(true);
      for (const other of kinds.filter((kind) => kind !== author)) {
        await hand(author, other);
        expect(await projects[other].json('up', '--frozen')).toMatchObject({ version, built: false });
        expect([other, await verify(other)]).toEqual([other, expected]);
        const look = `cat /opt/by-${author}; stat -c "%h %a" /opt/link; stat -c %a /opt/dir; test -e /opt/one || echo gone; echo $COLOUR`;
        expect(await projects[other].run('exec', 'sh', '-c', look)).toBe(`${author}\n2 644\n1777\ngone\nblue\n`);
        const { versions } = await projects[other].json<{ versions: { number: number; digest?: string }[] }>('history');
        const image = `${lab.registry.host}/every/env@${versions.find(({ number }) => number === version)?.digest ?? ''}`;
        const { cli } = lab.machines[other];
        // Without devenv, and without a command: a shell of the user in its folder.
        const asks = 'echo "$(id -un):$(pwd):$HOME:$(command -v sh)"\n';
        expect(await cli(['run', '--rm', '-i', '--network', 'none', image], { input: asks })).toMatch(
          /^dev:\/workspace:\/home\/dev:(?:\/usr)?\/bin\/sh$/,
        );
        const format = `{{json .Config.Cmd}} ${['title', 'version', 'source', 'revision', 'base.name', 'authors'].map((name) => `{{index .Config.Labels "org.opencontainers.image.${name}"}}`).join('|')}`;
        expect(await cli(['image', 'inspect', '--format', format, image])).toMatch(
          new RegExp(
            `^\\["(?:/bin/)?(?:ba)?sh"\\] every\\|${String(version)}\\|https://git\\.example\\.com/every\\.git\\|${revision}\\|${readyBase}\\|.+`,
          ),
        );
      }
    },
  );
});
