import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, readyBase, type Project } from './project.ts';

/** Two machines that share one project folder's files: what git would carry. */
describeInLab('the second machine, when something is wrong', (lab) => {
  let author: Project;
  let second: Project;
  let lock: string;
  const lockPath = (): string => join(second.folder, 'devenv-lock.yaml');
  const digestOf = (number: number): string => {
    const found = lock.split(/^ {2}- number: /m)[number];
    return /digest: (sha256:[0-9a-f]{64})/.exec(found ?? '')?.[1] ?? '';
  };
  let running: string;
  const idOfRunning = async (): Promise<string> => {
    const list = [
      'ps',
      '--no-trunc',
      '--filter',
      `label=dev.teamvm.folder=${second.folder}`,
      '--format',
      '{{.ID}} {{.State}}',
    ];
    return second.machine.cli(list);
  };
  const expectUntouched = async (): Promise<void> => expect(await idOfRunning()).toBe(running);

  beforeAll(async () => {
    const away = wide ? 'a' : 'c';
    await lab.login(away);
    await lab.login('b');
    const yaml = `image: ${lab.registry.host}/pull-errors/env\n`;
    author = await openProject(lab.machines[away], 'pull-errors', { yaml });
    second = await openProject(lab.machines.b, 'pull-errors', { yaml });
    await author.run('up');
    await author.run('push');
    await writeFile(lockPath(), await readFile(join(author.folder, 'devenv-lock.yaml')));
    await second.run('up');
    running = await idOfRunning();
    for (const word of ['two', 'three']) {
      await author.run('exec', '--root', 'sh', '-c', `echo ${word} > /opt/${word}`);
      await author.run('commit', '-m', `add ${word}`);
    }
    await author.run('push');
    lock = await readFile(join(author.folder, 'devenv-lock.yaml'), 'utf8');
  });
  afterAll(async () => {
    await lab.registry.start();
    await lab.login('b');
    await author.remove();
    await second.remove();
  });
  beforeEach(() => writeFile(lockPath(), lock));

  it('says that the registry is down: status 5', async () => {
    await lab.registry.stop();
    try {
      const { status, stderr } = await second.attempt(['up']);
      expect([status, stderr]).toEqual([5, expect.stringContaining(lab.registry.host)]);
    } finally {
      await lab.registry.start();
    }
    await expectUntouched();
  });

  it('says that the password is wrong, and never what it is: status 5', async () => {
    const auth = Buffer.from('teamvm:not-the-password').toString('base64');
    const config = JSON.stringify({ auths: { [lab.registry.host]: { auth } } });
    await writeFile(join(second.machine.home, '.docker/config.json'), config);
    try {
      const { status, stderr } = await second.attempt(['up']);
      expect([status, stderr]).toEqual([5, expect.stringContaining('docker login')]);
      expect(stderr).not.toContain('not-the-password');
    } finally {
      await lab.login('b');
    }
    await expectUntouched();
  });

  // What the lock alone tells is in test/share/pull.test.ts.
  it.each([
    ['another version\u2019s digest', () => lock.replace(digestOf(3), digestOf(2)), 11, /devenv-lock\.yaml/],
    ['a digest that nobody has', () => lock.replace(digestOf(3), `sha256:${'0'.repeat(64)}`), 5, /sha256:0000/],
    ['merge marks', () => `<<<<<<< HEAD\n${lock}=======\n${lock}>>>>>>> theirs\n`, 3, /merge/],
  ] as const)('refuses a lock with %s', async (_what, edit, expected, words) => {
    const text = edit();
    expect(text).not.toBe(lock);
    await writeFile(lockPath(), text);
    const { status, stdout, stderr } = await second.attempt(['up', '--json']);
    expect([status, stdout]).toEqual([expected, expect.stringMatching(words)]);
    expect((JSON.parse(stdout) as { error: { exitCode: number } }).error.exitCode).toBe(expected);
    expect(stderr).not.toContain('    at ');
    expect(await readFile(lockPath(), 'utf8')).toBe(text);
    await expectUntouched();
  });

  it('is killed in the middle of a pull, and finishes at the next call', async () => {
    const killed = await second.attempt(['up'], { env: { TEAMVM_FAILPOINT: 'pull:pulled:kill' } });
    expect(killed.status).toBe(137);
    await expectUntouched();
    expect(await second.json('up')).toMatchObject({ version: 3, built: false });
    expect(await second.run('exec', 'cat', '/opt/three')).toBe('three\n');
    expect(await second.json('verify')).toEqual(await author.json('verify'));
    running = await idOfRunning();
  });

  it('says what to do where the registry has lost the version: status 5', async () => {
    await author.run('exec', '--root', 'touch', '/opt/four');
    await author.run('commit', '-m', 'add four');
    await author.run('push');
    const text = await readFile(join(author.folder, 'devenv-lock.yaml'), 'utf8');
    const digest = /digest: sha256:([0-9a-f]{64})/.exec(text.split(/^ {2}- number: /m)[4] ?? '')?.[1] ?? '';
    const revisions = 'docker/registry/v2/repositories/pull-errors/env/_manifests/revisions/sha256';
    await rm(join(lab.registry.storage, revisions, digest), { recursive: true });
    // The registry keeps what it knows of a blob for a moment.
    await lab.registry.stop();
    await lab.registry.start();
    await writeFile(lockPath(), text);
    const { status, stderr } = await second.attempt(['up']);
    expect([status, stderr]).toEqual([5, expect.stringContaining(digest)]);
    const { name } = author.machine;
    expect(stderr).toContain(`Person ${name.toUpperCase()} <${name}@example.com> to run \`devenv push\``);
    await expectUntouched();
    await author.run('push');
    expect(await second.json('up')).toMatchObject({ version: 4, built: false });
    running = await idOfRunning();
  });

  it('goes on with a push that was killed, and the lock names only what the registry has', async () => {
    await author.run('exec', '--root', 'touch', '/opt/five');
    await author.run('commit', '-m', 'add five');
    const before = await readFile(join(author.folder, 'devenv-lock.yaml'), 'utf8');
    // The other moments are in test/share/push.test.ts.
    const killed = await author.attempt(['push'], { env: { TEAMVM_FAILPOINT: 'push:sent:kill' } });
    expect(killed.status).toBe(137);
    expect(await readFile(join(author.folder, 'devenv-lock.yaml'), 'utf8')).toBe(before);
    await author.run('push');
    expect(await author.run('push')).toContain('every version');
  });
});

describeInLab('a push, when the registry goes', (lab) => {
  let author: Project;
  afterEach(async () => {
    await lab.registry.start();
    await author.remove();
  });

  // An engine with the classic store tries again for a minute before it gives up.
  it.each(chooseMachines(['c'], ['a', 'c', 'podman']))(
    'says so, leaves the lock as it is, and sends what is missing afterwards, on %s',
    async (machine) => {
      await lab.login(machine);
      const repository = `push-${machine}/env`;
      author = await openProject(lab.machines[machine], 'push-errors', {
        yaml: `image: ${lab.registry.host}/${repository}\n`,
      });
      const lock = (): Promise<string> => readFile(join(author.folder, 'devenv-lock.yaml'), 'utf8');
      await author.run('up');
      await author.run('push');
      await author.run('exec', '--root', 'sh', '-c', 'head -c 60000000 /dev/urandom > /opt/large');
      await author.run('commit', '-m', 'add what is large');
      const before = await lock();

      await lab.registry.stop();
      const refused = await author.attempt(['push']);
      await lab.registry.start();
      expect([refused.status, refused.stderr]).toEqual([5, expect.stringContaining('does not answer')]);
      expect(await lock()).toBe(before);

      const pushing = author.attempt(['push']);
      await expect
        .poll(() => countArriving(join(lab.registry.storage, layout, repository)), often)
        .toBeGreaterThan(1e6);
      await lab.registry.stop();
      const broken = await pushing;
      expect([broken.status, broken.stderr]).toEqual([5, expect.stringContaining('does not answer')]);
      expect(await lock()).toBe(before);

      await lab.registry.start();
      const sent = lab.registry.transferred().uploaded.length;
      await author.run('push');
      const { uploaded } = lab.registry.transferred();
      const more = uploaded.slice(sent).filter((blob) => blob.repository === repository);
      // A layer, and the description of the image.
      expect(more.filter(({ bytes }) => bytes > 60_000_000)).toHaveLength(1);
      expect(more.length).toBeLessThanOrEqual(2);
      expect(await lock()).not.toBe(before);
      expect(await author.run('push')).toContain('every version');
    },
  );
});

const layout = 'docker/registry/v2/repositories';
const often = { timeout: 60_000, interval: 5 };

/** Bytes of blobs that a repository has in part. */
async function countArriving(repository: string): Promise<number> {
  const uploads = join(repository, '_uploads');
  const parts = await readdir(uploads).catch(() => []);
  const sizes = parts.map((part) =>
    stat(join(uploads, part, 'data')).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

describeInLab('a fresh runner', (lab) => {
  const away = wide ? 'a' : 'c';
  let author: Project;
  let runner: Project;
  afterAll(async () => {
    await author.remove();
    await runner.remove();
  });

  it('runs only the changed step, with those before it from the registry, and then needs none', async () => {
    await lab.login(away);
    await lab.login('b');
    const repository = 'prebuild/env';
    const image = `image: ${lab.registry.host}/${repository}\n`;
    const run = (last: string): string =>
      `run:\n  - {name: one, run: date +%N > /opt/one}\n  - {name: two, run: date +%N > /opt/two}\n  - {name: three, run: ${last} > /opt/three}\n`;
    const base = `${lab.registry.host}/prebuild/base:1`;
    author = await openProject(lab.machines[away], 'prebuild', { base });
    runner = await openProject(lab.machines.b, 'prebuild', { base });
    await author.machine.cli(['tag', readyBase, base]);
    await author.machine.cli(['push', '--quiet', base]);
    const lockOf = (project: Project): string => join(project.folder, 'devenv-lock.yaml');
    await author.declare(image + run('echo 3'));
    const sent = lab.registry.transferred().uploaded.length;
    expect(await author.run('build', '--push', '--cache-to', '--ci')).toContain('Pushed version 1');
    const blobs = lab.registry.transferred().uploaded.slice(sent);
    const own = blobs.filter((blob) => blob.repository === repository).map(({ digest }) => digest);
    // No layer and no description of an image goes up twice.
    expect(own).toEqual([...new Set(own)]);
    await author.run('up');

    await writeFile(lockOf(runner), await readFile(lockOf(author)));
    await runner.declare(image + run('echo 4'));
    const { stderr, status } = await runner.attempt(['up', '--ci', '--yes', '--cache-from']);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/Pulling steps 1 to \d of \d/)]);
    expect([...new Set(stderr.match(/Step \d of \d: [\w ]+\w/g))]).toEqual(['Step 4 of 4: run three']);
    const marks = ['exec', 'cat', '/opt/one', '/opt/two'];
    expect(await runner.run(...marks)).toBe(await author.run(...marks));
    expect(await runner.run('exec', 'cat', '/opt/three')).toBe('4\n');

    await runner.run('build', '--push', '--cache-from', '--cache-to', '--ci');
    await writeFile(lockOf(author), await readFile(lockOf(runner)));
    await author.declare(image + run('echo 4'));
    const again = await author.attempt(['up', '--frozen', '--ci', '--cache-from', '--json']);
    expect([again.status, JSON.parse(again.stdout)]).toEqual([
      0,
      expect.objectContaining({ version: 2, built: false }),
    ]);
    expect(await author.json('verify')).toEqual(await runner.json('verify'));
  });
});
