import { describe, expect, it } from 'vitest';
import { readProjectAt, readServices, refusal } from './read-compose.ts';

const use = '{file: [compose.yaml, dev/compose.override.yaml]}';
const read = async (base: string, top: string) =>
  (await readServices({ use, compose: { 'compose.yaml': base, 'dev/compose.override.yaml': top } }))['db'];

describe('several compose files', () => {
  it.each([
    ['a value replaces', 'image: a', 'image: b', { source: { kind: 'image', image: 'b' } }],
    ['a key is added', 'image: a', 'user: "5"', { source: { kind: 'image', image: 'a' }, user: '5' }],
    ['variables merge by name', 'environment: [A=1, B=2]', 'environment: {B: 3}', { env: { A: '1', B: '3' } }],
    ['a command replaces', 'command: [a, b]', 'command: c', { command: ['c'] }],
    [
      'ports are joined, each once',
      'ports: ["8080:80", "9000:90"]',
      'ports: ["8080:80", "7000:70"]',
      { ports: [{ host: 8080 }, { host: 9000 }, { host: 7000 }] },
    ],
    [
      'a mount replaces the one at its path',
      'volumes: ["data:/data", "./conf:/etc/conf:ro"]',
      'volumes: ["other:/data"]',
      {
        volumes: [
          { source: 'other', target: '/data' },
          { source: 'conf', target: '/etc/conf' },
        ],
      },
    ],
    [
      'a mount in the long form replaces the short one',
      'volumes: ["data:/data"]',
      'volumes: [{type: volume, source: other, target: /data}]',
      { volumes: [{ source: 'other', target: '/data' }] },
    ],
    [
      'networks are joined',
      'networks: [front]',
      'networks: {back: {aliases: [store]}}',
      { attachments: [{ network: 'front' }, { network: 'back', aliases: ['store'] }] },
    ],
    ['paths are relative to the first file', 'image: a', 'volumes: ["./x:/x"]', { volumes: [{ source: 'x' }] }],
  ])('%s', async (_what, base, top, expected) => {
    const more = 'volumes: {data: {}, other: {}}\nnetworks: {front: {}, back: {}}\n';
    const image = base.startsWith('image') ? '' : '    image: db\n';
    const found = await read(`services:\n  db:\n${image}    ${base}\n${more}`, `services:\n  db:\n    ${top}\n`);
    expect(found).toMatchObject(expected);
  });

  it('adds services, volumes and networks of a later file', async () => {
    const { services, networks } = await readProjectAt({
      use,
      compose: {
        'compose.yaml': 'services: {db: {image: db}}\nnetworks: {a: {}}\n',
        'dev/compose.override.yaml':
          'services: {cache: {image: c, networks: [b], volumes: ["rows:/rows"]}, db: }\nnetworks: {b: {internal: true}}\nvolumes: {rows: }\n',
      },
    });
    expect(services.map(({ name }) => name)).toEqual(['db', 'cache']);
    expect(networks).toEqual({ a: { internal: false }, b: { internal: true } });
  });

  it.each([
    [
      'compose.yaml',
      'services: {db: {image: a, wrong: 1}}\n',
      'services: {db: {user: "5"}}\n',
      /^compose\.yaml:1: services\.db\.wrong/,
    ],
    [
      'dev/compose.override.yaml',
      'services: {db: {image: a}}\n',
      'services: {db: {wrong: 1}}\n',
      /^dev\/compose\.override\.yaml:1: services\.db\.wrong/,
    ],
    [
      'dev/compose.override.yaml',
      'services: {db: {image: a}}\n',
      'include: [x]\nservices: {}\n',
      /^dev\/compose\.override\.yaml:1: include/,
    ],
    [
      'a list of services',
      'services: {db: {image: a}}\n',
      'services: [db]\n',
      /^dev\/compose\.override\.yaml:1: services: this is a list/,
    ],
  ])('names the file of what is wrong: %s', async (_file, base, top, message) => {
    expect(await refusal({ use, compose: { 'compose.yaml': base, 'dev/compose.override.yaml': top } })).toMatch(
      message,
    );
  });

  it('refuses a file that is not there, or is outside of the project', async () => {
    const compose = { 'compose.yaml': 'services: {db: {image: a}}\n' };
    expect(await refusal({ use, compose })).toContain('dev/compose.override.yaml');
    expect(await refusal({ use: '{file: [compose.yaml, ../other.yaml]}', compose })).not.toBe('accepted');
    expect(await refusal({ use: '{file: []}', compose })).not.toBe('accepted');
  });

  it('refuses a list that makes what is merged larger and larger', async () => {
    const file = `services: {db: {image: a, dns: [${'1.1.1.1, '.repeat(2000)}1.1.1.1]}}`;
    const many = `{file: [${'compose.yaml, '.repeat(2000)}compose.yaml]}`;
    await expect(readServices({ use: many, compose: { 'compose.yaml': file } })).rejects.toMatchObject({
      ...{ code: 'CONFIG_INVALID', message: expect.stringContaining('2001 files') },
    });
  });
});
