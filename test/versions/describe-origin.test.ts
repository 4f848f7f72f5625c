import { expect, it } from 'vitest';
import { readProject } from '../../src/observe/project.ts';
import { describeOrigin } from '../../src/versions/describe-origin.ts';
import { makeContext } from '../fakes/make-context.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const label = 'org.opencontainers.image.';

async function describe(base: string, origin = {}, pins: Readonly<Record<string, string>> = {}) {
  const context = makeContext(
    { 'devenv.yaml': `version: 1\nname: shop\nbase: ${base}\n` },
    { ports: { origin: () => Promise.resolve(origin) } },
  );
  return describeOrigin(context, await readProject(context), { base: pins });
}

it('names the commit, the repository and the base with its digest', async () => {
  const source = 'https://git.example.com/acme/shop.git';
  expect(await describe('debian:12', { revision: 'a'.repeat(40), source }, { 'debian:12': digest })).toEqual({
    [`${label}revision`]: 'a'.repeat(40),
    [`${label}source`]: source,
    [`${label}base.name`]: 'debian:12',
    [`${label}base.digest`]: digest,
  });
});

it('leaves empty what it does not know, also in place of what the base says about itself', async () => {
  const nothing = ['revision', 'source', 'base.name', 'base.digest'].map((name) => [label + name, '']);
  expect(await describe('{bootstrap: bookworm}')).toEqual(Object.fromEntries(nothing));
  expect(await describe('{image: "debian:12", fallback: {bootstrap: bookworm}}')).toEqual(Object.fromEntries(nothing));
  expect(await describe('debian:12')).toMatchObject({ [`${label}base.name`]: 'debian:12' });
});

it('keeps no address that holds a secret', async () => {
  const token = `ghp_${'aB3dE5fG7hJ9'.repeat(3)}`;
  const source = `https://git.example.com/${token}/shop.git`;
  expect(await describe('debian:12', { source })).toMatchObject({ [`${label}source`]: '' });
});
