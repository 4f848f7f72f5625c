import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { basebackup, Postgres, postgres } from './postgres.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';

interface Up {
  readonly operations: readonly { readonly kind: string; readonly cause: string; readonly service?: string }[];
}

/** A real server from Debian's packages, as a team would have it without a foreign image. */
const redis = `  cache:
    build: {base: ${readyBase}, packages: {apt: [redis-server]}}
    command: [redis-server, --bind, 0.0.0.0, --protected-mode, "no", --dir, /data]
    volumes: ["cache:/data"]
    ready: {command: redis-cli ping, interval: 200ms, retries: 300}
    depends_on: [db]
    ports: ["6379:6379"]
    limits: {memory: 256m}
`;
const psql = (text: string): string[] => ['su', 'postgres', '-c', `psql -tAc "${text}"`];
/** What Redis answers at its name, asked from the workspace. */
const ask = (line: string): string[] => [
  ...['bash', '-c', 'exec 3<>/dev/tcp/cache/6379; printf "%s\\r\\n" "$1" >&3; head -n 1 <&3', 'ask', line],
];

describeInLab('PostgreSQL and Redis beside a workspace', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'services', { yaml: `services:\n${redis}${postgres}` });
  });
  afterAll(() => project.remove());
  const docker = (...args: string[]): Promise<string> => project.machine.cli(args);
  const containerOf = async (service: string): Promise<string> =>
    (
      await docker(
        'ps',
        '-aq',
        '--filter',
        `label=dev.teamvm.service=${service}`,
        '--filter',
        `label=dev.teamvm.folder=${project.folder}`,
      )
    ).trim();
  const inDb = async (text: string): Promise<string> =>
    (await docker('exec', await containerOf('db'), ...psql(text))).trim();

  it('are built, started in order, ready, pinned and reachable by name', { timeout: 600_000 }, async () => {
    const { operations } = await project.json<Up>('up');
    expect(operations.map(({ kind, service }) => `${kind} ${service ?? 'workspace'}`)).toEqual([
      'create workspace',
      'create cache',
      'create db',
    ]);
    expect(await project.run('exec', '--', ...ask('PING'))).toBe('+PONG\r\n');
    expect(await inDb('select 1')).toBe('1');
    const started = await Promise.all(
      ['db', 'cache'].map(async (name) => docker('inspect', '-f', '{{.State.StartedAt}}', await containerOf(name))),
    );
    expect([...started].sort()).toEqual(started);
    expect(await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).toMatch(
      /services:\n {2}cache:\n {4}build: sha256:.*\n {4}resolved:\n {6}apt:\n {8}redis-server: /,
    );
    expect((await project.json<Up>('up')).operations).toEqual([]);
    expect(await docker('inspect', '-f', '{{.HostConfig.Memory}}', await containerOf('cache'))).toBe(
      String(256 * 1024 ** 2),
    );
    const packets = '{{index .Options "com.docker.network.driver.mtu"}}';
    const own = await docker('network', 'ls', '-q', '--filter', `label=dev.teamvm.folder=${project.folder}`);
    const [lab, network] = await Promise.all(
      ['bridge', own.trim()].map((name) => docker('network', 'inspect', '-f', packets, name)),
    );
    expect(network).toBe(lab);
    expect(Number(network)).toBeGreaterThan(0);
    const { services, ports } = await project.json<{ services: object[]; ports: object[] }>('status');
    expect(ports).toMatchObject([{ of: 'cache', address: '127.0.0.1', container: 6379, wished: 6379, open: true }]);
    expect(services).toEqual([
      { name: 'cache', state: 'running', ready: true },
      { name: 'db', state: 'running', ready: true },
    ]);
  });

  it('keep their data when they are stopped, made anew and destroyed', { timeout: 600_000 }, async () => {
    await inDb('create table stock as select generate_series(1, 1000) as id');
    await project.run('exec', '--', ...ask('SET colour blue'));
    await project.run('down');
    expect((await docker('ps', '-q', '--filter', `label=dev.teamvm.folder=${project.folder}`)).trim()).toBe('');
    await project.run('up');
    expect(await inDb('select sum(id) from stock')).toBe('500500');
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n`);
    expect((await project.json<Up>('up')).operations).toMatchObject([
      { kind: 'recreate', service: 'db', cause: 'its settings changed' },
    ]);
    expect(await inDb('select sum(id) from stock')).toBe('500500');
    const gone = await project.json('destroy', '--yes', '--discard');
    expect(gone).toMatchObject({ services: ['cache', 'db'], volumes: { removed: [], kept: ['cache', 'pgdata'] } });
    expect(await docker('network', 'ls', '-q', '--filter', `label=dev.teamvm.folder=${project.folder}`)).toBe('');
    await project.run('up');
    expect(await inDb('select sum(id) from stock')).toBe('500500');
    expect(await project.run('exec', '--', ...ask('GET colour'))).toMatch(/^\$4/);
  });

  it('shows the last words of one that dies, leaves the rest, and goes on at the next up', async () => {
    const dying = '  worker: {image: IMAGE, command: "echo no such queue; exit 3", depends_on: [db]}\n'.replace(
      'IMAGE',
      readyBase,
    );
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n${dying}`);
    const failed = await project.attempt(['up']);
    expect(failed.status).toBe(8);
    expect(failed.stderr).toMatch(/The service worker ended with exit code 3\.\n\s+no such queue/);
    expect(await inDb('select 1')).toBe('1');
    expect((await project.attempt(['logs', 'worker'])).stdout).toContain('no such queue');
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n${dying.replace('exit 3', idle)}`);
    expect((await project.json<Up>('up')).operations).toMatchObject([{ kind: 'recreate', service: 'worker' }]);
  });

  it('gives up on one that is never ready, and says so again', async () => {
    const never = `  web: {image: ${readyBase}, command: "${idle}", ready: {http: "http://localhost:8080/", interval: 50ms, retries: 3}}\n`;
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n${never}`);
    for (const time of ['first', 'second']) {
      const failed = await project.attempt(['up']);
      expect([time, failed.status, failed.stderr]).toEqual([
        time,
        8,
        expect.stringMatching(/web was not ready after 3 checks; .*nothing answers at web:8080/),
      ]);
    }
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n`);
    expect((await project.json<Up>('up')).operations).toMatchObject([{ kind: 'remove', service: 'web' }]);
  });

  it('runs one once, goes by the health check of an image, and starts a profile when asked', async () => {
    const image = 'devenv-test/healthy:1';
    const id = (await docker('create', readyBase, 'true')).trim();
    await docker('commit', '--change', 'HEALTHCHECK --interval=5s --retries=20 CMD test -e /tmp/up', id, image);
    await docker('rm', id);
    const words = [
      `  seed: {image: ${readyBase}, command: "echo seeded; id -u; pwd", user: "1234", working_dir: /var, init: true}`,
      `  slow: {image: "${image}", command: "sleep 1; touch /tmp/up; ${idle}", depends_on: {seed: completed}, tmpfs: ["/run/own:size=1m,mode=700"]}`,
      `  extra: {image: ${readyBase}, entrypoint: [sh, -c], command: ["${idle}"], profiles: [more], restart: "on-failure:2", security_opt: [no-new-privileges], stop_grace_period: 2s, volumes: [/var/own]}`,
      '',
    ].join('\n');
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n${words}`);
    await project.run('up');
    expect((await project.attempt(['logs', 'seed'])).stdout).toMatch(/seeded\n.*1234\n.*\/var/);
    const { services } = await project.json<{ services: object[] }>('status');
    expect(services.slice(2)).toEqual([
      { name: 'seed', state: 'done' },
      { name: 'slow', state: 'running', ready: true },
      { name: 'extra', state: 'absent', profiles: ['more'] },
    ]);
    expect((await project.json<Up>('up')).operations).toEqual([]);
    const { operations } = await project.json<Up>('up', '--profile', 'more');
    expect(operations).toMatchObject([{ kind: 'create', service: 'extra' }]);
    const shown = await docker('inspect', '-f', '{{json .HostConfig}} {{json .Config}}', await containerOf('extra'));
    expect(shown).toContain('"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":2}');
    expect(shown).toContain('no-new-privileges');
    expect(shown).toContain('"StopTimeout":2');
    const mounts = await docker('exec', await containerOf('slow'), 'sh', '-c', 'mount | grep /run/own');
    expect(mounts).toMatch(/size=1024k,mode=700/);
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n`);
    await project.run('up');
  });

  it('takes services from a compose file, and lets one share the network of the workspace', async () => {
    await project.write('.env', `BASE=${readyBase}\n`);
    await project.write(
      'compose.yaml',
      [
        'x-common: &common {image: "${BASE}", stop_grace_period: 2s}',
        'services:',
        '  app: {network_mode: "service:near", environment: {GREETING: "hello $$USER"}, volumes: [".:/workspace"]}',
        `  near: {<<: *common, command: ["sh", "-c", "${idle.replaceAll('$', '$$$$')}"], tty: true}`,
        '  init: {<<: *common, command: ["sh", "-c", "echo $$FROM >/data/made"], environment: {FROM: init}, volumes: ["shared:/data"]}',
        `  web: {<<: *common, entrypoint: [sh, -c], command: ["${idle.replaceAll('$', '$$$$')}"], depends_on: {init: {condition: service_completed_successfully}}, volumes: ["shared:/data:ro"], ports: ["7070"], healthcheck: {test: "grep -q init /data/made"}}`,
        'volumes: {shared: }',
        '',
      ].join('\n'),
    );
    const common = `services:\n${redis}${postgres}    env: {TZ: UTC}\n`;
    await project.declare(`${common}compose: {file: compose.yaml, workspace: app}\n`);
    await project.run('up');
    const { services, ports } = await project.json<{ services: object[]; ports: object[] }>('status');
    expect(services.slice(2)).toEqual([
      { name: 'near', state: 'running' },
      { name: 'init', state: 'done' },
      { name: 'web', state: 'running', ready: true },
    ]);
    expect(ports).toContainEqual(expect.objectContaining({ of: 'web', container: 7070, host: 17_070, wished: 17_070 }));
    expect(await project.run('exec', '--', 'printenv', 'GREETING')).toBe('hello $USER\n');
    const network = await docker('inspect', '-f', '{{.HostConfig.NetworkMode}}', await containerOf('near'));
    expect(network).toMatch(/^container:[0-9a-f]{64}/);
    expect((await project.json<Up>('up')).operations).toEqual([]);
    await project.run('down');
    await project.run('up');
    expect((await project.json<Up>('up')).operations).toEqual([]);
    await project.declare(common);
    await project.run('up');
  });

  it('reach each other on a shared network alone, and leave no internal one', async () => {
    const serve =
      'use IO::Socket::INET; $s = IO::Socket::INET->new(LocalPort => 7000, Listen => 5); 1 while $s->accept';
    const server = (networks: string): string =>
      `{image: ${readyBase}, command: [perl, -e, ${JSON.stringify(serve)}], ready: "bash -c 'exec 3<>/dev/tcp/localhost/7000'", networks: ${networks}}`;
    const declare = (network: string, internal: boolean): Promise<void> => {
      const own = `  inner: ${server('{inside: {aliases: [store]}}')}\n  outer: ${server('[default]')}\n`;
      const networks = `networks: {inside: {internal: ${String(internal)}}}\n`;
      return project.declare(`${network}services:\n${redis}${postgres}    env: {TZ: UTC}\n${own}${networks}`);
    };
    const knock = (host: string, port = '7000'): string[] => [
      ...['timeout', '3', 'bash', '-c', 'exec 3<>"/dev/tcp/$0/$1"', host, port],
    ];
    const reaches = async (host: string): Promise<boolean> =>
      (await project.attempt(['exec', '--', ...knock(host)])).status === 0;
    const leaves = async (service: string, host: string, port?: string): Promise<boolean> =>
      docker('exec', await containerOf(service), ...knock(host, port)).then(
        () => true,
        () => false,
      );
    const [registry = '', port = ''] = lab.registry.host.split(':');
    await declare('', true);
    await project.run('up');
    expect([await reaches('outer'), await reaches('inner')]).toEqual([true, false]);
    expect([await leaves('outer', registry, port), await leaves('inner', registry, port)]).toEqual([true, false]);
    expect([await leaves('outer', 'store'), await leaves('inner', 'outer')]).toEqual([false, false]);
    expect((await project.json<Up>('up')).operations).toEqual([]);
    const before = await containerOf('inner');
    await declare('network: [default, inside]\n', true);
    const { operations } = await project.json<Up>('up');
    expect(operations.map(({ kind, service }) => `${kind} ${service ?? 'workspace'}`)).toEqual(['connect workspace']);
    expect([await reaches('store'), await leaves('inner', 'workspace', '22')]).toEqual([true, false]);
    await declare('network: [default, inside]\n', false);
    await project.run('up');
    expect([await reaches('store'), await leaves('inner', registry, port)]).toEqual([true, true]);
    expect(await containerOf('inner')).toBe(before);
    await project.declare(`services:\n${redis}${postgres}    env: {TZ: UTC}\n`);
    await project.run('up');
    const left = await docker('network', 'ls', '-q', '--filter', `label=dev.teamvm.folder=${project.folder}`);
    expect(left.trim().split('\n')).toHaveLength(1);
    expect(await project.run('exec', '--', ...ask('PING'))).toBe('+PONG\r\n');
  });

  it('come back after the engine was killed and their network was removed', async () => {
    await project.machine.kill();
    await project.machine.start();
    for (const name of ['db', 'cache']) await docker('stop', '-t', '1', await containerOf(name));
    const filters = [
      '--filter',
      'label=dev.teamvm.role=workspace',
      '--filter',
      `label=dev.teamvm.folder=${project.folder}`,
    ];
    await docker('stop', '-t', '1', (await docker('ps', '-aq', ...filters)).trim());
    await docker('network', 'prune', '-f');
    const { operations } = await project.json<Up>('up');
    expect(operations.filter(({ kind }) => kind === 'connect')).toHaveLength(3);
    expect(await inDb('select sum(id) from stock')).toBe('500500');
    expect(await project.run('exec', '--', ...ask('PING'))).toBe('+PONG\r\n');
    expect((await project.attempt(['restart', 'cache'])).status).toBe(0);
  });
});

interface Taken {
  readonly snapshot: {
    readonly number: number;
    readonly pauses: readonly { readonly name: string; readonly by: string; readonly held?: number }[];
    readonly copied?: number;
  };
}

describeInLab('PostgreSQL into which rows are written all the time', (lab) => {
  describe.each(chooseMachines(['b'], ['a', 'b', 'c', 'podman']))('on %s', (name) => {
    const common = `image: ${lab.registry.host}/team/postgres-${name}\ndata: seed\nservices:\n${postgres}`;
    let project: Project;
    let db: Postgres;
    beforeAll(async () => {
      await lab.login(name);
      project = await openProject(lab.machines[name], 'postgres', { yaml: common });
      db = new Postgres(project);
      await project.run('up', '--yes');
      await db.ask('create table written (writer int, id int, filler text, primary key (writer, id))');
      // So that a copy takes longer than a row.
      await db.ask('create table large as select id, repeat(md5(id::text), 30) from generate_series(1, 40000) as id');
    });
    afterAll(() => project.remove());

    /** Takes a snapshot under load. `answers`: of each writer, when it was told that a row was written. */
    const take = async (): Promise<{ readonly taken: Taken['snapshot']; readonly answers: readonly number[][] }> => {
      await db.ask('truncate written');
      const writers = await Promise.all([1, 2, 3].map((writer) => db.write(writer)));
      const more = async (): Promise<void> => {
        const now = writers.map(({ answers }) => answers.length);
        const grown = (): boolean => writers.every(({ answers }, index) => answers.length > (now[index] ?? 0) + 20);
        await expect.poll(grown, { timeout: 20_000 }).toBe(true);
      };
      await more();
      const { snapshot: taken } = await project.json<Taken>('snapshot', 'create');
      await more();
      await Promise.all(writers.map(({ stop }) => stop()));
      return { taken, answers: writers.map(({ answers }) => [...answers]) };
    };

    it('has after a restore what it had acknowledged before it was paused, and nothing more', async () => {
      const { taken, answers } = await take();
      const held = taken.pauses.find(({ name: of, by }) => of === 'db' && by === 'pause')?.held ?? Infinity;
      const { copied = 0 } = taken;
      expect(copied).toBeGreaterThan(0);
      // The copy, and what the engine takes to pause the container and to let it go on.
      expect(held, 'it stands still for the copy alone').toBeLessThan(copied * 1.1 + 500);
      await project.run('snapshot', 'restore', '1', '--yes', '--no-snapshot');
      for (const [index, kept] of (await db.count()).entries()) {
        const [before = 0, last = 0, next = 0] = answers[index]?.slice(kept - 2) ?? [];
        // The last may have been written, and its answer have waited.
        expect(Math.max(last - before, next - last), 'where the pause was').toBeGreaterThan(held / 2);
      }
      expect(await db.complaints()).toEqual([]);
    });

    it('goes on by its own means, and has after a restore what was there when its copy was made', async () => {
      await project.declare(`${common}${basebackup}`);
      let [longest, number] = [Infinity, 0];
      // A machine that is busy with other things makes a server wait, too.
      for (let tries = 0; tries < 3 && longest > 300; tries += 1) {
        const { taken, answers } = await take();
        expect(taken.pauses.find(({ name: of }) => of === 'db')?.by).toBe('quiesce');
        longest = Math.max(...answers.flatMap((own) => own.slice(1).map((at, index) => at - (own[index] ?? 0))));
        number = taken.number;
      }
      expect(longest, 'milliseconds that a row had to wait').toBeLessThanOrEqual(300);
      const read = async (path: string): Promise<readonly number[]> => {
        const text = await project.machine.cli(['exec', await db.container(), 'cat', path]);
        return text.split('\n').map(Number);
      };
      await project.run('snapshot', 'restore', String(number), '--yes', '--no-snapshot');
      const kept = await db.count();
      const [began, made] = [
        await read('/var/lib/postgresql/backup/began'),
        await read('/var/lib/postgresql/backup/made'),
      ];
      for (const index of [0, 1, 2]) {
        expect(kept[index]).toBeGreaterThanOrEqual(began[index] ?? Infinity);
        expect(kept[index]).toBeLessThanOrEqual(made[index] ?? 0);
      }
      expect(await db.complaints()).toEqual([]);
    });

    // Two of the longest, about parts that other tests know, too: only in the wide run.
    if (wide) {
      it('is what a teammate starts with', async () => {
        await project.run('push');
        await project.run('snapshot', 'push', '1');
        const teammate = await openProject(lab.machines[name], 'postgres', { yaml: common });
        try {
          const lock = await readFile(join(project.folder, 'devenv-lock.yaml'));
          await writeFile(join(teammate.folder, 'devenv-lock.yaml'), lock);
          await teammate.run('up');
          const theirs = new Postgres(teammate);
          expect((await theirs.count()).every((rows) => rows > 20)).toBe(true);
          expect(await theirs.complaints()).toEqual([]);
        } finally {
          await teammate.remove();
        }
      });

      it('gives way to services whose newest images build --update pins', async () => {
        const image = `${lab.registry.host}/team/worker-${name}:1`;
        const { machine } = project;
        const publish = async (generation: string): Promise<void> => {
          const id = await machine.cli(['create', readyBase, 'true']);
          await machine.cli(['commit', '--change', `ENV GENERATION=${generation}`, id, image]);
          await machine.cli(['rm', id]);
          await machine.cli(['push', image]);
          await machine.cli(['rmi', image]);
        };
        const generationOf = async (service: string): Promise<string> => {
          const filters = [`label=dev.teamvm.service=${service}`, `label=dev.teamvm.folder=${project.folder}`];
          const id = await machine.cli(['ps', '-q', ...filters.flatMap((filter) => ['--filter', filter])]);
          return machine.cli(['exec', id, 'printenv', 'GENERATION']);
        };
        const run = '{name: stamp, run: date >/etc/stamp}';
        const build = `{build: {base: "${image}", run: [${run}]}, command: "${idle}"}`;
        await publish('one');
        await project.declare(`services:\n  pulled: {image: "${image}", command: "${idle}"}\n  built: ${build}\n`);
        await project.run('up');
        await publish('two');
        expect((await project.json<Up>('up')).operations).toEqual([]);
        expect(await project.json('build', '--update')).toMatchObject({ services: ['pulled', 'built'] });
        const { operations } = await project.json<Up>('up');
        expect(operations.map(({ kind, service = '' }) => `${kind} ${service}`).sort()).toEqual([
          'recreate built',
          'recreate pulled',
        ]);
        expect([await generationOf('built'), await generationOf('pulled')]).toEqual(['two', 'two']);
        // The step's image may be older than what it would make now.
        expect((await project.attempt(['build', '--update'])).stderr).toContain('stamp: done');
      });
    }
  });
});
