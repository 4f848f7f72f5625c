import { expect, it } from 'vitest';
import { diff } from '../../src/versions/diff.ts';
import { openLayeredShop } from '../fakes/open-layered-shop.ts';

const status = (packages: Readonly<Record<string, string>>): string =>
  Object.entries({ dpkg: '1.21', ...packages })
    .map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n`)
    .join('\n');

async function open() {
  const shop = await openLayeredShop();
  await shop.addVersion({ '/var/lib/dpkg/status': status({ git: '1' }), '/etc/issue': 'Debian' });
  await shop.addVersion(
    { '/var/lib/dpkg/status': status({ git: '2', jq: '1.6' }), '/opt/tool': 'tool' },
    { items: { set: { 'apt:jq': '*' }, unset: [] } },
  );
  return shop;
}

it('compares the current version with its parent: declarations, packages and files', async () => {
  const { context } = await open();
  expect(await diff(context, { files: true })).toMatchObject({
    ...{ before: 1, after: 2, declared: { set: { 'apt:jq': '*' }, unset: [] }, words: ['+ apt jq'] },
    packages: [
      { provider: 'apt', name: 'git', before: '1', after: '2' },
      { provider: 'apt', name: 'jq', after: '1.6' },
    ],
    files: [
      { path: '/opt', kind: 'added' },
      { path: '/opt/tool', kind: 'added' },
      { path: '/var/lib/dpkg/status', kind: 'changed' },
    ],
  });
});

it('removes the containers that it looked into', async () => {
  const { context } = await open();
  await diff(context, { before: 2, after: 1, files: false });
  expect(context.fake.engine.runtime.containers).toEqual([]);
});

it('looks into an image once: its content has the same packages for ever', async () => {
  const { context } = await open();
  Object.assign(context.machine, { build: 'one' });
  const { runtime } = context.fake.engine;
  const compare = async (): Promise<{ packages: readonly unknown[]; started: number }> => {
    const before = runtime.calls.length;
    const { packages } = await diff(context, { files: false });
    return { packages, started: runtime.calls.slice(before).filter((call) => call.startsWith('start')).length };
  };
  const first = await compare();
  expect([first.packages.length, first.started]).toEqual([2, 2]);
  expect(await compare()).toEqual({ packages: first.packages, started: 0 });
});

it('refuses to compare the first version with nothing', async () => {
  const { context } = await open();
  await expect(diff(context, { after: 1, files: false })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(diff(context, { before: 9, files: false })).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
});

it('finds a changed file of the same size and time', async () => {
  const { context, store, addVersion } = await open();
  await addVersion({ '/opt/tool': 'TOOL' });
  store.timeOf = () => `${String(Date.parse('2026-01-02T00:00:00Z') / 1000)}.0000000000`;
  const { files } = await diff(context, { files: true });
  expect(files).toEqual([{ path: '/opt/tool', kind: 'changed', what: ['content'] }]);
});
