import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { measure } from './measure.ts';
import { openProject, readyBase, type Project } from './project.ts';

const yaml = (project: Project, rest = '', base = ''): string =>
  `version: 1\nname: ${project.name}\nbase: {dockerfile: Dockerfile${base}}\n${rest}`;

describeInLab('a secret of a Dockerfile', (lab) => {
  const value = 'build-secret-value-71';
  let project: Project;
  let seen = '';

  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'build-secret', { env: { TOKEN: value } });
    await project.write('devenv.yaml', yaml(project, 'secrets: [TOKEN]\n', ', secrets: [TOKEN]'));
    const mount = 'RUN --mount=type=secret,id=TOKEN';
    await project.write(
      'Dockerfile',
      `FROM ${readyBase}\n${mount} sha256sum </run/secrets/TOKEN >/opt/sum && cat /run/secrets/TOKEN && sleep 2\n`,
    );
    await project.run('trust', '--yes');
  });
  afterAll(() => project.remove());

  it('reaches the command that mounts it, and no output', async () => {
    const { child, ended } = project.start(['up', '--yes', '--verbose']);
    child.stdin.end();
    const look = setInterval(() => {
      seen += execFileSync('ps', ['-eo', 'args', '-ww'], { encoding: 'utf8' });
    }, 200);
    const { status, stdout, stderr } = await ended;
    clearInterval(look);
    expect(status, stderr).toBe(0);
    const sum = createHash('sha256').update(value).digest('hex');
    expect(await project.run('exec', 'cat', '/opt/sum')).toBe(`${sum}  -\n`);
    expect(stdout + stderr).not.toContain(value);
  });

  it('is in no process list, layer, label, history, log or file of devenv', async () => {
    expect(seen).toContain('devenv.js up');
    expect(seen).not.toContain(value);
    const { machine, folder } = project;
    const [container = ''] = (await project.containers()).map((line) => line.split(' ')[0]);
    const image = (await machine.cli(['inspect', '--format', '{{.Image}}', container])).trim();
    const said = await Promise.all([
      machine.cli(['image', 'inspect', image]),
      machine.cli(['history', '--no-trunc', image]),
      machine.cli(['inspect', container]),
      machine.cli(['logs', container]),
    ]);
    expect(said.join('\n')).not.toContain(value);
    // Layers of this image are no archives of archives: their bytes are in it as they are.
    const count = `"$0" save "$1" | grep -a -c "$2" || true`;
    const found = (text: string): string =>
      execFileSync('sh', ['-c', count, machine.docker, image, text], { env: { ...process.env, ...machine.env } })
        .toString()
        .trim();
    expect(Number(found(createHash('sha256').update(value).digest('hex')))).toBeGreaterThan(0);
    expect(found(value)).toBe('0');
    const files = readdirSync(dirname(folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    expect(files.length).toBeGreaterThan(3);
    expect(files.filter((text) => text.includes(value))).toEqual([]);
  });

  it('is not shown when its command fails', async () => {
    await project.write(
      'Dockerfile',
      `FROM ${readyBase}\nRUN --mount=type=secret,id=TOKEN cat /run/secrets/TOKEN; exit 3\n`,
    );
    const { status, stdout, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr]).toEqual([8, expect.stringContaining('***')]);
    expect(stdout + stderr).not.toContain(value);
  });
});

describeInLab('a version from a Dockerfile', (lab) => {
  it('comes from the registry for a teammate, and is not built again', async () => {
    await lab.login('b');
    await lab.login('c');
    const first = await openProject(lab.machines.b, 'team-dockerfile');
    const second = await openProject(lab.machines.c, 'team-dockerfile');
    try {
      await first.write('devenv.yaml', yaml(first, `image: ${lab.registry.host}/team/dockerfile\n`));
      await first.write('Dockerfile', `FROM ${readyBase}\nCOPY word /opt/word\nRUN date +%s.%N >/opt/built\n`);
      await first.write('word', 'hello');
      await first.run('up', '--yes');
      await first.run('push');
      await cp(first.folder, second.folder, { recursive: true });
      const images = await second.machine.cli(['images', '--all', '--quiet', '--no-trunc']);
      const { status, stderr } = await second.attempt(['up', '--yes', '--verbose']);
      expect(status, stderr).toBe(0);
      expect(stderr).not.toMatch(/Dockerfile|date \+%s/);
      const built = await first.run('exec', 'cat', '/opt/built', '/opt/word');
      expect(await second.run('exec', 'cat', '/opt/built', '/opt/word')).toBe(built);
      expect(await second.json('verify')).toMatchObject({ identical: true });
      // The version alone came to the machine, and nothing that a build leaves.
      const now = await second.machine.cli(['images', '--all', '--quiet', '--no-trunc']);
      const added = new Set(now.split('\n').filter((id) => !images.includes(id)));
      expect([...added]).toHaveLength(1);
    } finally {
      await first.remove();
      await second.remove();
    }
  });
});

if (wide)
  describeInLab('a large build context', (lab) => {
    describe.each(chooseMachines([], ['a', 'b']))('on machine %s', (name) => {
      it('is sent with flat memory', async () => {
        const project = await openProject(lab.machines[name], `large-context-${name}`);
        try {
          await project.write('devenv.yaml', yaml(project));
          // Docker 20 has no bind mounts in builds.
          const use = name === 'a' ? 'COPY data /opt/data' : 'RUN --mount=type=bind,source=data,target=/data ls /data';
          await project.write('Dockerfile', `FROM ${readyBase}\n${use}\n`);
          const peaks: number[] = [];
          for (const megabytes of [50, 1000]) {
            for (let at = 0; at < megabytes; at += 50) {
              const path = join(project.folder, 'data', String(at));
              mkdirSync(dirname(path), { recursive: true });
              closeSync(openSync(path, 'w'));
              truncateSync(path, 50 * 1024 ** 2);
            }
            const { status, stderr, peak } = await measure(project, 'build', '--yes');
            expect(status, stderr).toBe(0);
            peaks.push(Math.round(peak));
          }
          const [small = 0, large = 0] = peaks;
          console.log(`Most memory of devenv with 50 MB and 1 GB of context, ${lab.machines[name].kind}:`, peaks, 'MB');
          expect(large).toBeLessThan(small + 40);
          expect(large).toBeLessThan(200);
        } finally {
          await project.remove();
        }
      });
    });

    it('of a million files is refused with where they are, and .dockerignore is a way out', async () => {
      const project = await openProject(lab.machines.b, 'many-files');
      try {
        await project.write('devenv.yaml', yaml(project));
        await project.write('Dockerfile', `FROM ${readyBase}\nCOPY . /opt/app\n`);
        await project.write('src/main.txt', 'hello');
        for (let folder = 0; folder < 100; folder += 1) {
          const path = join(project.folder, 'many', String(folder));
          mkdirSync(path, { recursive: true });
          for (let file = 0; file < 10_000; file += 1) writeFileSync(join(path, String(file)), '');
        }
        const { status, stderr, peak } = await measure(project, 'up', '--yes');
        expect([status, stderr]).toEqual([
          3,
          expect.stringMatching(
            /The build context \. has (?:more than )?[\d,]+ files \(many [\d,]+.*at most 100,000 are sent/,
          ),
        ]);
        expect(stderr).toContain('.dockerignore');
        expect(peak).toBeLessThan(200);
        expect([existsSync(join(project.folder, 'devenv-lock.yaml')), await project.containers()]).toEqual([false, []]);
        await project.write('.dockerignore', 'many\n');
        await project.run('up', '--yes');
        expect(await project.run('exec', 'sh', '-c', 'cat /opt/app/src/main.txt; ls /opt/app')).toMatch(
          /^hello(?!.*many)/s,
        );
      } finally {
        await project.remove();
      }
    });
  });
