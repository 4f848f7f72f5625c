import { describe, expect, it } from 'vitest';
import {
  hashService,
  resolveServiceContainer,
  type ServiceNet,
} from '../../../src/containers/services/service-container.ts';
import { readState } from '../../../src/containers/services/service-states.ts';
import { resolveReadiness } from '../../../src/containers/services/image-readiness.ts';
import { normaliseServices } from '../../../src/environment/normalise-service.ts';
import type { ContainerSpec } from '../../../src/model/container.ts';
import { labels } from '../../../src/observe/labels.ts';
import type { Service } from '../../../src/model/service.ts';

const place = { project: 'shop', folder: '/p', workspace: 'main' };
const config = { env: [], labels: {}, user: 'app', workingDir: '/srv', entrypoint: ['enter'], cmd: ['serve'] };
const image = {
  ...{ id: 'i', tags: [], digests: [], os: 'linux', architecture: 'amd64', size: 1, diffIds: [] },
  config,
};

const serviceOf = (written: object): Service => {
  const [service] = normaliseServices({ web: { image: 'web:1', ...written } }, () => {
    throw new Error('nothing is built');
  });
  if (service === undefined) throw new Error('no service');
  return service;
};

const resolve = (written: object, secrets = false): ContainerSpec =>
  resolveServiceContainer(
    serviceOf(written),
    place,
    { kind: 'own', network: 'net', aliases: ['web', 'beside'] },
    { reference: 'r', identity: 'd', image },
    secrets,
  );

describe('the container of a service', () => {
  it.each([
    [{}, { command: [] }],
    [{ command: 'serve it' }, { command: ['/bin/sh', '-c', 'serve it'] }],
    [{ command: ['serve', 'it'] }, { command: ['serve', 'it'], keepEntrypoint: true }],
    [{ entrypoint: ['other'] }, { command: ['other'] }],
    [{ entrypoint: ['other'], command: ['x'] }, { command: ['other', 'x'] }],
    [{ entrypoint: ['tini', '--'], command: 'a && b' }, { command: ['tini', '--', '/bin/sh', '-c', 'a && b'] }],
    [{ entrypoint: [] }, { command: ['serve'] }],
    [{ entrypoint: [], command: ['x'] }, { command: ['x'] }],
  ])('runs %j', (written, command) => {
    const { command: argv, keepEntrypoint } = resolve(written);
    expect({ command: argv, ...(keepEntrypoint !== undefined && { keepEntrypoint }) }).toEqual(command);
  });

  it.each([
    [{}, ['enter', 'serve']],
    [{ command: ['x'] }, ['enter', 'x']],
    [{ entrypoint: ['other'] }, ['other']],
    [{ entrypoint: [] }, ['serve']],
  ])('runs %j once its secrets are there', (written, argv) => {
    const { command, keepEntrypoint } = resolve(written, true);
    expect(command.slice(4)).toEqual(argv);
    expect(keepEntrypoint).toBeUndefined();
  });

  it('takes no label of its image for its own', () => {
    const { labels: found } = resolve({});
    expect(found[labels.until]).toBe('');
    expect(found[labels.health]).toBe('');
    expect(resolve({ until: 'completed' }).labels).toMatchObject({ [labels.until]: 'completed', [labels.health]: '' });
    expect(resolveReadiness(undefined, { labels: found })).toBeUndefined();
    const container = { ...{ id: 'c', name: 'c', image: 'i', created: 0, networks: [], ports: [] }, labels: found };
    expect(readState({ ...container, state: 'exited', exitCode: 0 })).toBe('exited');
  });

  it('waits no longer than timers can', () => {
    const ready = { command: 'true', timeout: '999999h', interval: '999999h' };
    expect(serviceOf({ ready }).ready).toMatchObject({ timeout: 2 ** 31 - 1, interval: 2 ** 31 - 1 });
  });

  it('has what was written, and else what the image says', () => {
    expect(resolve({})).toMatchObject({ user: '', workingDir: '', hostname: 'web', stopTimeout: 10 });
    const written = {
      ...{ user: '1000:1000', working_dir: '/app', hostname: 'www.test', init: true, restart: 'on-failure:3' },
      ...{ tmpfs: ['/run:size=1m'], security_opt: ['no-new-privileges'], stop_grace_period: '1500ms' },
    };
    expect(resolve(written)).toMatchObject({
      ...{ user: '1000:1000', workingDir: '/app', hostname: 'www.test', init: true, stopTimeout: 2 },
      restart: { when: 'on-failure', retries: 3 },
      mounts: [{ kind: 'tmpfs', target: '/run', size: 1048576 }],
      securityOptions: ['no-new-privileges'],
    });
  });

  it('is on the network of its workspace, of the machine, or of another container', () => {
    const on = (net: ServiceNet): ContainerSpec =>
      resolveServiceContainer(serviceOf({}), place, net, { reference: 'r', identity: 'd', image }, false);
    expect(resolve({})).toMatchObject({ network: 'net', aliases: ['web', 'beside'], hostname: 'web' });
    const host = on({ kind: 'host' });
    expect([host.network, host.aliases, host.hostname]).toEqual(['host', undefined, 'web']);
    const shared = on({ kind: 'shared', container: 'c1' });
    expect([shared.network, shared.aliases, shared.hostname]).toEqual(['container:c1', undefined, undefined]);
    expect(shared.labels[labels.shares]).toBe('c1');
  });

  it('is replaced if one of its words changes, and only then', () => {
    const hash = (written: object): string => hashService(serviceOf(written), place, false);
    const words = [
      ...[{ user: 'x' }, { entrypoint: [] }, { working_dir: '/x' }, { hostname: 'x' }, { tmpfs: ['/x'] }],
      ...[{ init: true }, { security_opt: ['no-new-privileges'] }, { restart: 'always' }, { stop_grace_period: '1s' }],
      ...[{ volumes: ['/x'] }, { env: { A: '1' } }, { network: 'host' }, { network: 'workspace' }, {}],
    ];
    expect(new Set(words.map(hash)).size).toBe(words.length);
    expect(hash({ init: false, restart: 'no', tmpfs: [], expose: [80] })).toBe(hash({}));
  });
});
