import { expect, it } from 'vitest';
import { readProject } from '../../src/observe/project.ts';
import { makeContext } from '../fakes/make-context.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\n';

it.each([
  ['devenv.yaml', { 'devenv.yaml': `${yaml}# ${'x'.repeat(300_000)}` }, 'CONFIG_INVALID'],
  ['devenv-lock.yaml', { 'devenv.yaml': yaml, 'devenv-lock.yaml': 'x'.repeat(5_000_000) }, 'LOCK_INVALID'],
])('refuses a %s that is too large with status 3', async (name, files, code) => {
  await expect(readProject(makeContext(files))).rejects.toMatchObject({ code, exitCode: 3, at: name });
});

it('refuses a lock with 50,000 unknown keys before it has read them all', async () => {
  const keys = Array.from({ length: 50_000 }, (_, index) => `k${String(index)}: 1\n`).join('');
  const read = readProject(makeContext({ 'devenv.yaml': yaml, 'devenv-lock.yaml': `lock: 1\n${keys}` }));
  await expect(read).rejects.toMatchObject({ code: 'LOCK_INVALID', at: 'devenv-lock.yaml:10001' });
});
