import { describe, expect, it } from 'vitest';
import { normaliseServices } from '../../src/environment/normalise-service.ts';

const noBuild = (): never => {
  throw new Error('nothing is built');
};

const read = (written: object): unknown => normaliseServices({ db: { image: 'postgres:16', ...written } }, noBuild)[0];

describe('normaliseServices', () => {
  it('fills in what a service does not say', () => {
    expect(read({ ready: { tcp: 5432, interval: '100ms' } })).toEqual({
      name: 'db',
      source: { kind: 'image', image: 'postgres:16' },
      env: {},
      envFiles: [],
      volumes: [],
      ports: [],
      ready: { check: { kind: 'tcp', host: 'localhost', port: 5432 }, interval: 100, retries: 30, startPeriod: 0 },
      dependsOn: [],
      profiles: [],
      limits: {
        ...{ ulimits: {}, gpus: false, capabilities: [], extraHosts: {}, devices: [] },
        ...{ privileged: false, engineSocket: false },
      },
      tmpfs: [],
      init: false,
      securityOptions: [],
    });
  });

  it.each([
    [{ user: 1000 }, { user: '1000' }],
    [{ entrypoint: 'tini -g -- "my app"' }, { entrypoint: ['tini', '-g', '--', 'my app'] }],
    [{ entrypoint: [] }, { entrypoint: [] }],
    [{ env_file: './dev.env' }, { envFiles: [{ path: 'dev.env', required: true }] }],
    [
      { env_file: ['a.env', { path: 'b.env', required: false }] },
      {
        envFiles: [
          { path: 'a.env', required: true },
          { path: 'b.env', required: false },
        ],
      },
    ],
    [
      { tmpfs: ['/run', '/tmp:size=64m,mode=1777'] },
      { tmpfs: [{ target: '/run' }, { target: '/tmp', size: 67108864, mode: 0o1777 }] },
    ],
    [{ ready: 'started' }, { ready: { check: { kind: 'none' } } }],
    [{ ready: 'healthcheck' }, { ready: { check: { kind: 'image' } } }],
    [{ ready: { command: 'x', timeout: '3s' } }, { ready: { timeout: 3000 } }],
    [
      { until: 'completed', profiles: ['a'] },
      { until: 'completed', profiles: ['a'] },
    ],
    [{ restart: 'on-failure:3' }, { restart: { when: 'on-failure', retries: 3 } }],
    [{ restart: 'always' }, { restart: { when: 'always' } }],
    [{ stop_grace_period: '2m' }, { stopGrace: 120_000 }],
    [{ security_opt: ['seccomp:unconfined', 'seccomp=unconfined'] }, { securityOptions: ['seccomp=unconfined'] }],
  ])('reads %j', (written, service) => {
    expect(read(written)).toMatchObject(service);
  });

  it('runs a service once if another one waits for its end', () => {
    const services = {
      db: { image: 'db', depends_on: { seed: 'completed', cache: 'healthy', mail: 'started' } },
      ...{ seed: { image: 'db' }, cache: { image: 'c' }, mail: { image: 'm', depends_on: ['cache'] } },
    } as const;
    const [db, seed, cache, mail] = normaliseServices(services, noBuild);
    expect(db?.dependsOn).toEqual([
      { service: 'seed', until: 'completed' },
      { service: 'cache', until: 'ready' },
      { service: 'mail', until: 'started' },
    ]);
    expect(mail?.dependsOn).toEqual([{ service: 'cache', until: 'ready' }]);
    expect([seed?.until, cache?.until]).toEqual(['completed', undefined]);
  });
});
