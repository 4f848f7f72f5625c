import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, readyBase, type Project } from './project.ts';

interface Up {
  readonly operations: readonly { readonly kind: string; readonly cause: string; readonly service?: string }[];
}

/** Real servers from Debian's packages, as a team would have them without a foreign image. */
const postgres = `  db:
    build: {base: ${readyBase}, packages: {apt: [postgresql]}}
    command: >-
      exec su postgres -c 'exec /usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main
      -c config_file=/etc/postgresql/15/main/postgresql.conf -c listen_addresses=*'
    volumes: ["pgdata:/var/lib/postgresql"]
    ready: {tcp: 5432, interval: 200ms, retries: 300}
`;
const redis = `  cache:
    build: {base: ${readyBase}, packages: {apt: [redis-server]}}
    command: [redis-server, --bind, 0.0.0.0, --protected-mode, "no", --dir, /data]
    volumes: ["cache:/data"]
    ready: {command: redis-cli ping, interval: 200ms, retries: 300}
    depends_on: [db]
    ports: ["6379:6379"]
    limits: {memory: 256m}
`;
/** Ends at once when it is asked to, which a plain sleep as the first process of a container does not. */
const idle = `trap 'exit 0' TERM; while :; do sleep 0.1; done`;
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
  afterAll(async () => {
    await project.attempt(['destroy', '--volumes', '--discard', '--yes']);
    await project.remove();
  });
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

describeInLab('a service on every engine', (lab) => {
  it.each(chooseMachines(['c'], ['a', 'c', 'podman']))('is reachable by name on %s', async (name) => {
    const project = await openProject(lab.machines[name], 'service-name', {
      yaml: `services:\n  echo:\n    image: ${readyBase}\n    command: "${idle}"\n    ready: {command: "test -d /etc", interval: 100ms}\n`,
    });
    try {
      await project.run('up');
      expect(await project.run('exec', '--', 'getent', 'hosts', 'echo')).toMatch(/^\d+\.\d+\.\d+\.\d+\s+echo/);
      expect((await project.json<Up>('up')).operations).toEqual([]);
      await project.run('down');
      await project.run('up');
      expect(await project.run('exec', '--', 'getent', 'hosts', 'echo')).toMatch(/^\d+\.\d+\.\d+\.\d+\s+echo/);
    } finally {
      await project.remove();
    }
  });
});
