import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeFolder, runDevenv } from '../run-devenv.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\n';

it.each([
  ['a lock with 400,000 blanks in a line', { 'devenv-lock.yaml': `lock: 1\nx:\n  - a${' '.repeat(400_000)}b\n` }],
  [
    'a lock with 300,000 keys',
    { 'devenv-lock.yaml': `lock: 1\n${Array.from({ length: 300_000 }, (_, n) => `k${String(n)}: 1`).join('\n')}\n` },
  ],
  ['a devenv.yaml of 10 MB', { 'devenv.yaml': `${yaml}# ${'x'.repeat(10_000_000)}` }],
])('ends within seconds with status 3 for %s', async (_what, files) => {
  using folder = makeFolder();
  for (const [name, text] of Object.entries({ 'devenv.yaml': yaml, ...files })) {
    writeFileSync(join(folder.path, name), text);
  }
  const begun = performance.now();
  const outcome = await runDevenv(['history'], { cwd: folder.path });
  expect(outcome.status).toBe(3);
  expect(performance.now() - begun).toBeLessThan(5_000);
});

it('shows nothing of a project that a terminal would act upon', async () => {
  using folder = makeFolder();
  const odd = join(folder.path, 'a\u001b[2J\u202eb');
  mkdirSync(odd);
  const { stdout, status } = await runDevenv(['init'], { cwd: odd });
  expect(status).toBe(0);
  expect(stdout).toContain('Created ');
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(stdout).not.toMatch(/[\u001b\u202e]/);
});
