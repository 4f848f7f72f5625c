import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importBase } from '../lab/base.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { run } from '../lab/run.ts';
import { devenv, tryDevenv, type Surroundings } from './devenv.ts';

const base = 'teamvm-two-people:base';

describeInLab('two people who commit at once', (lab) => {
  let folder: string;
  const homeOf = (machine: 'a' | 'b'): Record<string, string> => ({
    ...lab.machines[machine].env,
    XDG_STATE_HOME: join(folder, machine, 'state'),
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'user.name',
    GIT_CONFIG_VALUE_0: `Person ${machine.toUpperCase()}`,
    GIT_CONFIG_KEY_1: 'user.email',
    GIT_CONFIG_VALUE_1: `${machine}@example.com`,
  });
  const on = (machine: 'a' | 'b'): Surroundings => ({ folder: join(folder, machine, 'shop'), env: homeOf(machine) });
  const git = (machine: 'a' | 'b', ...args: string[]) =>
    run('git', args, { cwd: join(folder, machine, 'shop'), env: homeOf(machine) });
  const declare = (machine: 'a' | 'b', ...packages: string[]) =>
    writeFile(
      join(folder, machine, 'shop/devenv.yaml'),
      `version: 1\nname: pair\nimage: ${lab.registry.host}/pair/env\nbase: ${base}\nuser: root\npackages:\n  apt:\n${packages.map((name) => `    - ${name}\n`).join('')}`,
    );
  const json = async <T>(args: string[], machine: 'a' | 'b'): Promise<T> =>
    JSON.parse(await devenv([...args, '--json'], on(machine))) as T;

  beforeAll(async () => {
    for (const machine of ['a', 'b'] as const) {
      await lab.login(machine);
      await importBase(lab.machines[machine], base);
    }
    folder = await mkdtemp(join(tmpdir(), 'devenv-pair-'));
    await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(folder, 'origin.git')]);
    for (const machine of ['a', 'b']) await mkdir(join(folder, machine));
    await run('git', ['clone', '--quiet', join(folder, 'origin.git'), join(folder, 'a/shop')]);
    await declare('a', 'tree');
    await devenv(['up'], on('a'));
    await devenv(['push'], on('a'));
    await git('a', 'add', 'devenv.yaml', 'devenv-lock.yaml');
    await git('a', 'commit', '--quiet', '-m', 'First');
    await git('a', 'push', '--quiet', 'origin', 'main');
    await run('git', ['clone', '--quiet', join(folder, 'origin.git'), join(folder, 'b/shop')]);
    await devenv(['up'], on('b'));
  });

  afterAll(async () => {
    for (const machine of ['a', 'b'] as const) await tryDevenv(['destroy', '--yes', '--discard'], on(machine));
    await rm(folder, { recursive: true, force: true });
  });

  it('refuses the push of the second, naming who was first and with what', async () => {
    await devenv(['exec', '--root', 'sh', '-c', 'echo of a > /opt/shared; echo only a > /opt/a'], on('a'));
    await devenv(['commit', '-m', 'by a'], on('a'));
    await declare('a', 'tree', 'jq');
    await devenv(['build', '--yes', '-m', 'add jq'], on('a'));
    await devenv(['push'], on('a'));
    await git('a', 'commit', '--quiet', '-am', 'Add jq');
    await git('a', 'push', '--quiet', 'origin', 'main');

    await devenv(
      ['exec', '--root', 'sh', '-c', 'echo made by hand > /opt/b; echo of b > /opt/shared; rm /etc/motd'],
      on('b'),
    );
    await devenv(['commit', '-m', 'by hand'], on('b'));
    await declare('b', 'hello', 'tree');
    await devenv(['build', '--yes', '-m', 'add hello'], on('b'));
    const refused = await tryDevenv(['push'], on('b'));
    expect(refused.stderr).toContain('version 3 (add jq, Person A <a@example.com>)');
    expect(refused.status).toBe(6);
    expect(await readFile(join(folder, 'b/shop/devenv-lock.yaml'), 'utf8')).not.toMatch(
      /message: add hello[^]*digest:/,
    );
  });

  it('mends the lock in which git left both sides, and keeps the versions of both', async () => {
    await git('b', 'commit', '--quiet', '-am', 'Add hello');
    await expect(git('b', 'pull', '--quiet', '--no-rebase', 'origin', 'main')).rejects.toThrow();
    const stopped = await tryDevenv(['up'], on('b'));
    expect([stopped.status, stopped.stderr]).toEqual([3, expect.stringContaining('devenv resolve')]);
    expect(await json(['resolve'], 'b')).toMatchObject({ conflict: true, current: 3, aside: [4, 5] });
    const { versions } = await json<{ versions: { number: number; message: string; parent?: number }[] }>(
      ['history'],
      'b',
    );
    expect(versions.map(({ number, message, parent }) => [number, message, parent])).toEqual([
      [1, 'install tree', undefined],
      [2, 'by a', 1],
      [3, 'add jq', 2],
      [4, 'by hand', 1],
      [5, 'add hello', 4],
    ]);
  });

  it('replays what the second declared and did by hand, once it is said whose files count', async () => {
    const refused = await tryDevenv(['rebase', '--yes'], on('b'));
    expect([refused.status, refused.stderr]).toEqual([
      6,
      expect.stringContaining('/opt/shared: added here, added there'),
    ]);
    const result = await json(['rebase', '--yes', '--take', 'mine'], 'b');
    expect(result).toMatchObject({
      replayed: [4, 5],
      version: { number: 6, kind: 'commit', parent: 3, from: 3, message: 'by hand; add hello' },
      conflicts: [],
      opaque: {
        versions: [4],
        laid: 3,
        conflicts: [{ path: '/opt/shared', ours: 'added', theirs: 'added', taken: 'mine' }],
        packages: [],
      },
    });
    await devenv(['push'], on('b'));
    await git('b', 'commit', '--quiet', '-am', 'Merge');
    await git('b', 'push', '--quiet', 'origin', 'main');
    await git('a', 'pull', '--quiet', 'origin', 'main');
    for (const machine of ['a', 'b'] as const) await devenv(['up'], on(machine));
    expect(await devenv(['exec', 'sh', '-c', 'hello; jq --version; tree --version'], on('a'))).toContain(
      'Hello, world!',
    );
    const shown = 'cat /opt/a /opt/b /opt/shared; [ -e /etc/motd ] || echo no motd; ls /opt';
    expect(await devenv(['exec', 'sh', '-c', shown], on('a'))).toBe(
      'only a\nmade by hand\nof b\nno motd\na\nb\nshared\n',
    );
    const fingerprints = await Promise.all(
      (['a', 'b'] as const).map(
        async (machine) => (await json<{ fingerprint: string }>(['verify'], machine)).fingerprint,
      ),
    );
    expect(fingerprints[0]).toBe(fingerprints[1]);
  });

  it('tells what differs between versions, and who brought what', async () => {
    const difference = await json<{ packages: { name: string }[]; files: { path: string; kind: string }[] }>(
      ['diff', '1', '4', '--files'],
      'b',
    );
    expect(difference.packages).toEqual([]);
    expect(difference.files).toContainEqual({ path: '/opt/b', kind: 'added', what: [] });
    expect(await devenv(['blame', 'jq'], on('b'))).toMatch(/^Version 3 added jq: add jq\n {2}Person A /);
    expect(await devenv(['blame', 'hello'], on('b'))).toMatch(/^Version 6 added hello: /);
  });

  it('drops drift with reset, and keeps the project', async () => {
    await devenv(
      ['exec', '--root', 'sh', '-c', 'rm /usr/bin/jq; echo mine > /opt/drift; echo kept > /workspace/kept'],
      on('b'),
    );
    const asked = await tryDevenv(['reset'], on('b'));
    expect([asked.status, asked.stderr]).toEqual([1, expect.stringContaining('/opt/drift')]);
    await devenv(['reset', '--yes'], on('b'));
    expect(await devenv(['exec', 'sh', '-c', 'jq --version; ls /opt; cat kept'], on('b'))).toMatch(
      /^jq-1[^\n]*\na\nb\nshared\nkept\n$/,
    );
  });

  it('proves what the yaml reproduces, and names the nearest of a version that the mirror lacks', async () => {
    await devenv(['exec', '--root', 'sh', '-c', 'echo more > /opt/more'], on('b'));
    await devenv(['commit', '-m', 'more by hand'], on('b'));
    const before = await readFile(join(folder, 'b/shop/devenv-lock.yaml'), 'utf8');
    const checked = await json<{ identical: boolean; opaque: { files: object[] } }>(
      ['build', '--clean', '--check'],
      'b',
    );
    expect(checked).toMatchObject({ identical: true, reproduced: ['apt:hello', 'apt:jq', 'apt:tree', 'base'] });
    expect(checked.opaque.files).toContainEqual({ path: '/opt/more', kind: 'removed', what: [] });
    expect(await readFile(join(folder, 'b/shop/devenv-lock.yaml'), 'utf8')).toBe(before);

    const [, version = ''] = / {4}hello: "?([^"\n]+)"?/.exec(before) ?? [];
    await writeFile(join(folder, 'b/shop/devenv-lock.yaml'), before.replace(/( {4}hello: ).*/, '$1"0.9-1"'));
    const gone = await tryDevenv(['build', '--clean', '--check'], on('b'));
    expect([gone.status, gone.stderr]).toEqual([
      8,
      expect.stringContaining(`no hello 0.9-1 any more; the nearest is ${version}`),
    ]);
    expect(gone.stderr).toContain('--update');
    await writeFile(join(folder, 'b/shop/devenv-lock.yaml'), before);
  });

  it('goes back, and edits devenv.yaml so that nothing is built again', async () => {
    await devenv(['rollback', '3', '--yes'], on('b'));
    expect(await readFile(join(folder, 'b/shop/devenv.yaml'), 'utf8')).not.toContain('hello');
    expect(await json(['up'], 'b')).toMatchObject({ built: false, version: 8 });
    expect((await tryDevenv(['exec', 'hello'], on('b'))).status).not.toBe(0);
  });
});
