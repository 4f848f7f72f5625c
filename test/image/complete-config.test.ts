import { expect, it } from 'vitest';
import { completeConfig } from '../../src/image/complete-config.ts';
import type { ImageConfig } from '../../src/model/image.ts';

const bare: ImageConfig = { env: ['A=1'], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: [] };
const path = expect.stringMatching(/^PATH=.*:\/usr\/bin:/) as string;

it('gives a config the PATH, the folder and the command that it lacks', () => {
  expect(completeConfig(bare)).toEqual({ ...bare, env: [path, 'A=1'], workingDir: '/', cmd: ['/bin/sh'] });
});

it('leaves what is there', () => {
  const own = { ...bare, env: ['PATH=/bin'], workingDir: '/srv', cmd: ['redis-server'] };
  expect(completeConfig(own)).toEqual(own);
});

it('gives an entrypoint no arguments', () => {
  expect(completeConfig({ ...bare, entrypoint: ['/run.sh'] }).cmd).toEqual([]);
});
