import { describe, expect, it } from 'vitest';
import {
  listChanged,
  fingerprintOf,
  hashSettings,
  resolveSettings,
  type MachineSettings,
} from '../../src/containers/workspace-settings.ts';
import { resolveContainer } from '../../src/containers/resolve-container.ts';
import { labels } from '../../src/observe/labels.ts';
import type { Environment } from '../../src/model/environment.ts';
import { makeEnvironment } from '../providers/make-environment.ts';

const version = { number: 1, content: `sha256:${'0'.repeat(64)}` } as const;
const machine: MachineSettings = { folder: '/home/kim/shop', owner: { uid: 1000, gid: 1000 }, caFile: undefined };
const personal: NonNullable<MachineSettings['personal']> = {
  ...{ packages: { apt: ['vim'] }, env: { EDITOR: 'vim', LOG_LEVEL: 'trace' }, identity: version.content },
};

function variablesOf(environment: Environment, here: MachineSettings): Record<string, string> {
  const spec = resolveContainer(environment, version, 'image', 'main', here, false);
  const { env } = JSON.parse(spec.labels[labels.exec] ?? '') as { env: readonly string[] };
  return Object.fromEntries(env.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

describe('the certificate authorities of the machine', () => {
  it('are joined with those of the image outside of its layer', () => {
    const variables = variablesOf(makeEnvironment({}), { ...machine, caFile: '/etc/corp.pem' });
    expect(variables['SSL_CERT_FILE']).toMatch(/^\/dev\/shm\//);
  });
});

describe('the folder of the project', () => {
  const moved = makeEnvironment({ folder: '/src/shop' });
  it('is where the project is mounted, and where commands run', () => {
    const spec = resolveContainer(moved, version, 'image', 'main', machine, false);
    expect(spec.mounts[0]).toEqual({ kind: 'bind', source: '/home/kim/shop', target: '/src/shop' });
    expect(spec.workingDir).toBe('/src/shop');
    expect(JSON.parse(spec.labels[labels.exec] ?? '')).toMatchObject({ workingDir: '/src/shop' });
  });

  it('makes another container, for a reason that names it', () => {
    expect(hashSettings(moved, machine)).not.toBe(hashSettings(makeEnvironment(), machine));
    const spec = resolveContainer(makeEnvironment(), version, 'image', 'main', machine, false);
    const container = { ...{ id: 'c', name: 'c', image: 'i', state: 'running', created: 0 }, labels: spec.labels };
    expect(listChanged(moved, { ...container, state: 'running', networks: [], ports: [] })).toEqual(['folder']);
  });
});

describe('words for the container', () => {
  const specOf = (parts: Partial<Environment>) =>
    resolveContainer(makeEnvironment(parts), version, 'image', 'main', machine, false);

  it('change nothing of a workspace that does not have them', () => {
    const spec = specOf({});
    expect(spec).not.toHaveProperty('init');
    expect(spec).not.toHaveProperty('securityOptions');
    expect(spec.network).toBeUndefined();
    expect(Object.keys(resolveSettings(makeEnvironment()))).toEqual([
      ...['user', 'env', 'mounts', 'workingDir', 'ports', 'limits'],
    ]);
  });

  it.each<[Partial<Environment>, object, string]>([
    [{ init: true }, { init: true }, 'init'],
    [{ hostname: 'shop.test' }, { hostname: 'shop.test' }, 'hostname'],
    [{ securityOptions: ['seccomp=unconfined'] }, { securityOptions: ['seccomp=unconfined'] }, 'security_opt'],
    [{ network: 'host' }, { network: 'host' }, 'network'],
    [{ docker: 'host' }, { limits: { engineSocket: true } }, 'docker'],
    [{ docker: 'inside' }, { limits: { privileged: true }, stopTimeout: 30 }, 'docker'],
  ])('%j is what the engine is asked for, and the cause of another container', (parts, expected, key) => {
    expect(specOf(parts)).toMatchObject(expected);
    const before = {
      ...{ id: 'c', name: 'c', image: 'i', created: 0, networks: [], ports: [] },
      labels: specOf({}).labels,
    };
    expect(listChanged(makeEnvironment(parts), { ...before, state: 'running' })).toEqual([key]);
  });
});

describe('references in env', () => {
  const environment = makeEnvironment({
    user: 'dev',
    env: { PATH: '${HOME}/bin:${PATH}', AUTHOR: '${host:USER:-dev}', PRICE: '5$$' },
  });
  const resolve = (here: MachineSettings, image: readonly string[]) =>
    resolveContainer(environment, version, 'image', 'main', here, false, image);

  it('are replaced by what the image, devenv and the machine have', () => {
    const { labels: found } = resolve({ ...machine, host: { USER: 'ada' } }, ['PATH=/usr/bin:/bin']);
    const { env, settings } = JSON.parse(found[labels.exec] ?? '') as { env: string[]; settings: { env: object } };
    expect(env).toEqual(expect.arrayContaining(['PATH=/home/dev/bin:/usr/bin:/bin', 'AUTHOR=ada', 'PRICE=5$']));
    // What others compare is what devenv.yaml says.
    expect(settings.env).toEqual(environment.env);
  });

  it('to an unknown name are an error that names it', () => {
    expect(() => resolve(machine, ['PAHT=/bin'])).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        at: 'devenv.yaml: env.PATH',
        message: '`env` refers to ${PATH}, and the image has no such variable.',
        suggestions: [expect.stringContaining('Did you mean ${PAHT}?')],
      }) as Error,
    );
  });

  it('make another container if the machine has another value', () => {
    const other = { ...machine, host: { USER: 'ada' } };
    expect(hashSettings(environment, other)).not.toBe(hashSettings(environment, machine));
  });
});

describe('the variables of a workspace', () => {
  it('lead package managers to caches that all workspaces share', () => {
    const found = variablesOf(makeEnvironment({ user: 'dev' }), machine);
    const caches = ['XDG_CACHE_HOME', 'npm_config_cache', 'PIP_CACHE_DIR', 'GOCACHE', 'GOMODCACHE'];
    for (const name of caches) expect(found[name]).toMatch(/^\/var\/cache\/devenv\/personal/);
    // Where rustup may bring cargo, its folder holds what belongs to the version.
    expect(found['CARGO_HOME']).toBeUndefined();
  });

  it.each(['cargo', 'cargo=0.66.0', 'rustup'])(
    'share the cache of Debian\u2019s %s, and keep what it installs',
    (spec) => {
      const found = variablesOf(makeEnvironment({ user: 'dev', packages: { apt: [spec] } }), machine);
      expect(found).toMatchObject({
        ...{ CARGO_HOME: '/var/cache/devenv/personal/cargo', CARGO_INSTALL_ROOT: '/home/dev/.cargo' },
      });
    },
  );

  it('have the person\u2019s own above those of the team, and the fingerprint has not', () => {
    const environment = makeEnvironment({ user: 'dev', env: { LOG_LEVEL: 'debug' } });
    const own = { ...machine, personal };
    expect(variablesOf(environment, own)).toMatchObject({ EDITOR: 'vim', LOG_LEVEL: 'trace' });
    expect(hashSettings(environment, own)).not.toBe(hashSettings(environment, machine));
    const { labels: found } = resolveContainer(environment, version, 'image', 'main', own, false);
    const { settings } = JSON.parse(found[labels.exec] ?? '') as { settings: ReturnType<typeof resolveSettings> };
    expect(fingerprintOf(version.content, settings)).toBe(
      fingerprintOf(version.content, JSON.parse(JSON.stringify(resolveSettings(environment))) as typeof settings),
    );
    expect(found[labels.personal]).not.toContain('trace');
  });
});
