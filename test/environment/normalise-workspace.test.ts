import { describe, expect, it } from 'vitest';
import {
  normaliseHooks,
  normaliseLimits,
  normalisePort,
  normaliseSecret,
  normaliseVolume,
  nameVolume,
} from '../../src/environment/normalise-workspace.ts';
import { parseDuration } from '../../src/environment/parse-quantity.ts';

const nothingMore = { capabilities: [], extraHosts: {}, devices: [], privileged: false, engineSocket: false };

describe('normaliseWorkspace', () => {
  it.each([
    [3000, { address: '127.0.0.1', host: 3000, container: 3000, protocol: 'tcp' }],
    ['8080:80', { address: '127.0.0.1', host: 8080, container: 80, protocol: 'tcp' }],
    ['0.0.0.0:9000:90/udp', { address: '0.0.0.0', host: 9000, container: 90, protocol: 'udp' }],
  ])('reads the port %s', (written, port) => {
    expect(normalisePort(written)).toEqual(port);
  });

  it.each([
    ['data:/var/lib/data', { kind: 'volume', source: 'data', target: '/var/lib/data', readOnly: false }],
    ['./conf/db:/etc/db:ro', { kind: 'folder', source: 'conf/db', target: '/etc/db', readOnly: true }],
    ['~/.aws:/aws:ro', { kind: 'host', source: '~/.aws', target: '/aws', readOnly: true }],
    ['/srv/models:/models', { kind: 'host', source: '/srv/models', target: '/models', readOnly: false }],
    [
      '/app/node_modules',
      { kind: 'volume', source: 'web-app-node_modules', target: '/app/node_modules', readOnly: false },
    ],
  ])('reads the volume %s', (written, volume) => {
    expect(normaliseVolume(written, 'web')).toEqual(volume);
  });

  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['3m', 180_000],
    ['1h', 3_600_000],
  ])('reads the duration %s', (text, value) => {
    expect(parseDuration(text)).toBe(value);
  });

  it('names a single command of a hook after its moment', () => {
    expect(normaliseHooks({ create: 'npm ci', start: { db: ['make', 'db'], 'x-note': 'mine' } })).toEqual({
      create: [{ create: 'npm ci' }],
      start: [{ db: ['make', 'db'] }],
    });
  });

  it('names no two places alike, and a plain path as people expect it', () => {
    expect(nameVolume('db', '/var/lib/data').source).toBe('db-var-lib-data');
    const places = [
      ...['/x/y', '/x-y', '/x y', '/x//y', '/x/y/', '/x\u00e4y', '/-x/y', `/${'a'.repeat(200)}`, `/${'a'.repeat(201)}`],
    ].map((place) => ['db', place] as const);
    const all = [
      ...places,
      ['db-x', '/y'] as const,
      ['db', `/x/y/${nameVolume('db', '/x-y').source.slice(-10)}`] as const,
    ];
    const names = all.map(([owner, place]) => nameVolume(owner, place).source);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9][A-Za-z0-9_.-]{0,99}$/);
  });

  it('reads sizes, and secrets in both forms', () => {
    expect(normaliseLimits({ memory: '4g', shm: '512mb', cpus: 0.5 })).toEqual({
      cpus: 0.5,
      memory: 4 * 1024 ** 3,
      shm: 512 * 1024 ** 2,
      ulimits: {},
      gpus: false,
      ...nothingMore,
    });
    expect(
      normaliseLimits({ cap_add: ['CAP_SYS_PTRACE', 'SYS_PTRACE'], devices: ['/dev/fuse', '/dev/sdb:/dev/disk:r'] }),
    ).toMatchObject({
      capabilities: ['SYS_PTRACE'],
      devices: [
        { source: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' },
        { source: '/dev/sdb', target: '/dev/disk', permissions: 'r' },
      ],
    });
    expect(normaliseSecret('TOKEN')).toEqual({ name: 'TOKEN' });
    expect(normaliseSecret({ name: 'TOKEN', command: ['pass', 'x'] })).toEqual({
      name: 'TOKEN',
      command: ['pass', 'x'],
    });
  });
});
