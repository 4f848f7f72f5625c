import { describe, expect, it } from 'vitest';
import { contentIdOf } from '../../src/lock/content-id.ts';
import { hashItems } from '../../src/lock/hash-json.ts';
import type { Image, ImageConfig } from '../../src/model/image.ts';

const config: ImageConfig = {
  env: ['PATH=/usr/bin:/bin', 'LANG=C.UTF-8'],
  labels: { 'dev.teamvm.version': '3', 'org.example': 'a' },
  user: 'dev',
  workingDir: '/workspace',
  entrypoint: [],
  cmd: ['sh'],
};
const image: Image = {
  id: 'sha256:1',
  tags: ['a:1'],
  digests: [],
  os: 'linux',
  architecture: 'amd64',
  size: 1,
  diffIds: ['sha256:aa', 'sha256:bb'],
  config,
};
const described = { 'dev.teamvm.described': '1', 'org.opencontainers.image.version': '3' };
const withConfig = (change: object): Image => ({ ...image, config: { ...config, ...change } });

describe('contentIdOf', () => {
  it('is the same for ever', () => {
    expect(contentIdOf(image)).toBe('sha256:7d198e311238ebcb2a38cef574adca32888ad774ea8ea2e6aca7d14dfa2a9f08');
  });

  it.each([
    ['id, tags, digests and size', { ...image, id: 'x', tags: [], digests: ['a@b'], size: 2 }],
    ['labels of ours', withConfig({ labels: { 'org.example': 'a', 'dev.teamvm.author': 'b' } })],
    ['the label that Podman adds', withConfig({ labels: { ...config.labels, 'io.buildah.version': '1.28.2' } })],
    ['standard labels of devenv', withConfig({ labels: { ...config.labels, ...described } })],
    ['a variable that is set twice', withConfig({ env: ['PATH=/x', 'LANG=C.UTF-8', 'PATH=/usr/bin:/bin'] })],
    ['null for empty', withConfig({ entrypoint: null })],
  ])('does not see %s', (_name, other) => {
    expect(contentIdOf(other)).toBe(contentIdOf(image));
  });

  it.each<[string, Image]>([
    ['layers', { ...image, diffIds: ['sha256:bb', 'sha256:aa'] }],
    ['architecture', { ...image, architecture: 'arm64' }],
    ['env', withConfig({ env: ['PATH=/usr/bin:/bin'] })],
    ['the order of env', withConfig({ env: [...config.env].reverse() })],
    ['user', withConfig({ user: 'root' })],
    ['cmd', withConfig({ cmd: ['bash'] })],
    ['cmd as entrypoint', withConfig({ cmd: [], entrypoint: ['sh'] })],
    ['labels', withConfig({ labels: {} })],
    [
      'standard labels of a base',
      withConfig({ labels: { ...config.labels, 'org.opencontainers.image.version': '1' } }),
    ],
  ])('sees %s', (_name, other) => {
    expect(contentIdOf(other)).not.toBe(contentIdOf(image));
  });

  it('takes no working folder and / for one', () => {
    expect(contentIdOf(withConfig({ workingDir: '' }))).toBe(contentIdOf(withConfig({ workingDir: '/' })));
  });
});

describe('hashItems', () => {
  it('does not see the order of items, but everything else', () => {
    expect(hashItems({ a: '1', b: '2' })).toBe(hashItems({ b: '2', a: '1' }));
    expect(hashItems({ a: '1' })).not.toBe(hashItems({ a: '2' }));
    expect(hashItems({ 'a:b': '' })).not.toBe(hashItems({ a: 'b' }));
    expect(hashItems({})).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
