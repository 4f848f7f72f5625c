import { expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { report } from '../../src/share/report.ts';
import type { TeamReport } from '../../src/share/report/team-report.ts';
import { openShop } from '../fakes/open-shop.ts';

const yaml = `env: {PASSWORD_HINT: do-not-show}
secrets: [NPM_TOKEN]
services: {db: {image: "postgres:16", env: {POSTGRES_PASSWORD: dev-only}, ports: ["5433:5432"]}}
ports: [3000]
`;

async function write(
  options: { force?: boolean; output?: string; prepare?: (shop: Awaited<ReturnType<typeof openShop>>) => void } = {},
) {
  const shop = await openShop(yaml);
  options.prepare?.(shop);
  let made: TeamReport | undefined;
  const render = (given: TeamReport): string => {
    made = given;
    return 'page';
  };
  const { force = false, output = 'report.html' } = options;
  const written = await report(
    { ...shop, engine: () => Promise.reject(new DevenvError('ENGINE_UNREACHABLE', 'No engine.')) },
    { output, force, render },
  );
  return { written, made, files: shop.fake.files, notes: shop.fake.progress };
}

it('describes versions, services and ports without an engine, and no values', async () => {
  const { written, made, files } = await write();
  expect(written).toEqual({ output: '/shop/report.html', versions: 1 });
  expect(files.files.get('/shop/report.html')).toBe('page');
  expect(made).toMatchObject({
    ...{ name: 'shop', current: 1, secrets: ['NPM_TOKEN'], ports: ['3000'] },
    services: [{ name: 'db', from: 'postgres:16', ports: ['5433 → 5432'], profiles: [] }],
    versions: [{ number: 1, kind: 'build', author: 'Ada', message: 'first', pushed: false }],
  });
  expect(made).not.toHaveProperty('content');
  expect(JSON.stringify(made)).not.toMatch(/do-not-show|dev-only/);
});

it('replaces no file without --force', async () => {
  const prepare = (shop: Awaited<ReturnType<typeof openShop>>) =>
    void shop.fake.files.files.set('/shop/report.html', 'mine');
  await expect(write({ prepare })).rejects.toMatchObject({ code: 'FILE_EXISTS' });
  expect((await write({ prepare, force: true })).files.files.get('/shop/report.html')).toBe('page');
});
