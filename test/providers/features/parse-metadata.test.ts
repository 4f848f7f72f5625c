import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import { readFeatureItem } from '../../../src/providers/features/feature-item.ts';
import { mountsOf } from '../../../src/providers/features/mounts-of.ts';
import { parseMetadata } from '../../../src/providers/features/parse-metadata.ts';

const parse = (value: unknown): unknown =>
  parseMetadata(typeof value === 'string' ? value : JSON.stringify(value), 'reg.example.com/f/x');

const whole = {
  id: 'engine',
  version: '1.2.3',
  name: 'An engine',
  documentationURL: 'https://example.com',
  keywords: ['a'],
  options: {
    version: { type: 'string', proposals: ['latest', '1'], default: 'latest', description: 'Which' },
    size: { type: 'string', enum: ['small', 'large'], default: 'small' },
    extra: { type: 'boolean', default: false },
  },
  dependsOn: { 'reg.example.com/f/a:1': { kind: 'x', on: true }, './b': {} },
  installsAfter: ['reg.example.com/f/c'],
  legacyIds: ['motor'],
  containerEnv: { PATH: '/opt/x/bin:${PATH}', EMPTY: '' },
  mounts: [
    { type: 'volume', source: 'data-${devcontainerId}', target: '/var/lib/engine' },
    'source=/dev/null,target=/mnt/null,type=bind',
  ],
  ...{ init: true, privileged: true, capAdd: ['CAP_NET_ADMIN', 'sys_ptrace'], securityOpt: ['seccomp=unconfined'] },
  entrypoint: '/usr/local/share/engine-init.sh',
  onCreateCommand: 'one',
  updateContentCommand: ['two', 'words'],
  postCreateCommand: { a: 'three', b: ['four'] },
  postStartCommand: 'five',
  postAttachCommand: 'six',
  customizations: { vscode: {} },
  deprecated: true,
};

const kept = {
  id: 'engine',
  version: '1.2.3',
  options: {
    version: { type: 'string', default: 'latest' },
    size: { type: 'string', default: 'small', enum: ['small', 'large'] },
    extra: { type: 'boolean', default: false },
  },
  dependsOn: { 'reg.example.com/f/a:1': { kind: 'x', on: true }, './b': {} },
  installsAfter: ['reg.example.com/f/c'],
  legacyIds: ['motor'],
  containerEnv: { PATH: '/opt/x/bin:${PATH}', EMPTY: '' },
  mounts: [
    { type: 'volume', source: 'data-${devcontainerId}', target: '/var/lib/engine' },
    { type: 'bind', source: '/dev/null', target: '/mnt/null' },
  ],
  ...{ init: true, privileged: true, capAdd: ['NET_ADMIN', 'SYS_PTRACE'], securityOpt: ['seccomp=unconfined'] },
  entrypoint: '/usr/local/share/engine-init.sh',
  deprecated: true,
  onCreateCommand: 'one',
  updateContentCommand: ['two', 'words'],
  postCreateCommand: { a: 'three', b: ['four'] },
  postStartCommand: 'five',
  postAttachCommand: 'six',
};

describe('devcontainer-feature.json', () => {
  it('is read with every property that counts', () => {
    expect(parse(whole)).toEqual(kept);
  });

  it('is read again from what was kept of it', () => {
    expect(parse(kept)).toEqual(kept);
  });

  it('leaves out what is empty or false', () => {
    const empty = {
      id: 'x',
      options: {},
      mounts: [],
      init: false,
      privileged: false,
      entrypoint: '',
      onCreateCommand: '',
    };
    expect(parse(empty)).toEqual({ id: 'x' });
    expect(parse({ id: 'x', capAdd: null, postStartCommand: null })).toEqual({ id: 'x' });
  });

  it('may have comments, commas at the end and a byte order mark', () => {
    const text =
      '\ufeff{ // an "engine"\n "id": "x", /* one, */ "entrypoint": "/a//b /* no */,}", "capAdd": ["A", /* b */],\n}';
    expect(parse(text)).toEqual({ id: 'x', entrypoint: '/a//b /* no */,}', capAdd: ['A'] });
  });

  it.each([
    ['', 'it is not a JSON object'],
    ['[]', 'it is not a JSON object'],
    ['{"id": "x"', 'it is not a JSON object'],
    [{}, '"id" is not a name'],
    [{ id: '../x' }, '"id" is not a name'],
    [{ id: 'x', options: [] }, '"options" is not an object'],
    [{ id: 'x', options: { a: { type: 'number' } } }, '"options.a.type" is not "string" or "boolean"'],
    [{ id: 'x', options: { 'a b': {} } }, '"options" is not an object with plain names'],
    ['{"id": "x", "options": {"__proto__": {}}}', '"options" is not an object with plain names'],
    [{ id: 'x', dependsOn: { a: { b: 1 } } }, '"dependsOn.a.b" is not text'],
    [{ id: 'x', installsAfter: 'a' }, '"installsAfter" is not a list'],
    [{ id: 'x', containerEnv: { 'A=B': 'x' } }, '"containerEnv.A=B" is not a variable'],
    [{ id: 'x', containerEnv: { A: 'x\0y' } }, '"containerEnv.A" is not text'],
    [{ id: 'x', capAdd: ['A B'] }, '"capAdd" is not a list of names'],
    [{ id: 'x', mounts: ['type=volume'] }, '"mounts.target" is not text'],
    [{ id: 'x', mounts: [{ source: 'a', target: '//' }] }, '"mounts.target" is not an absolute path'],
    [{ id: 'x', mounts: [{ source: 'a', target: '/a/../etc' }] }, '"mounts.target" is not an absolute path'],
    [{ id: 'x', mounts: [{ type: 'bind', source: 'home', target: '/a' }] }, '"mounts.source" is not an absolute path'],
    [{ id: 'x', mounts: [{ type: 'tmpfs', target: '/a' }] }, '"mounts.type" is not "volume" or "bind"'],
    [{ id: 'x', postStartCommand: [] }, '"postStartCommand" is not a command'],
    [{ id: 'x', postStartCommand: { a: 1 } }, '"postStartCommand.a" is not a command'],
    [{ id: 'x', onCreateCommand: 'x'.repeat(40_000) }, 'it is larger than 32 kB'],
  ])('is refused if it is %j', (value, message) => {
    expect(() => parse(value)).toThrow(
      expect.objectContaining({ code: 'FEATURE_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it.each([
    `{"id": "${'"'.repeat(200_000)}`,
    '/*'.repeat(100_000),
    `{"id":"x"${','.repeat(200_000)}}`,
    '['.repeat(100_000),
  ])('is refused in a moment if it is made to take long', (text) => {
    const start = performance.now();
    expect(() => parse(text)).toThrow(DevenvError);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

it('gives a place one name, whatever slashes it is written with', () => {
  const { mounts } = parseMetadata(JSON.stringify({ id: 'x', mounts: ['source=a,target=//run//secrets/'] }), 'x');
  expect(mounts).toEqual([{ type: 'volume', source: 'a', target: '/run/secrets' }]);
});

it('gives no Feature a volume of devenv.yaml', () => {
  const metadata = parseMetadata(JSON.stringify({ id: 'x', mounts: ['source=pgdata,target=/x'] }), 'x');
  expect(mountsOf({ name: 'x', metadata })).toMatchObject([{ kind: 'volume', source: 'feature-pgdata' }]);
});

it.each([null, [], 'text', { version: { a: 1 } }, { '': 'x' }, { 'a b': 'x' }, undefined])(
  'takes nothing of a lock whose options of a Feature are %j',
  (options) => {
    const item = { digest: `sha256:${'a'.repeat(64)}`, metadata: { id: 'x' } };
    expect(readFeatureItem('x', JSON.stringify({ ...item, options: { version: '1' } }))).toBeDefined();
    expect(readFeatureItem('x', JSON.stringify({ ...item, options }))).toBeUndefined();
  },
);
