import { expect, it } from 'vitest';
import { plan } from '../../src/workspace/plan.ts';
import { up } from '../../src/workspace/up.ts';
import { makeContext } from '../fakes/make-context.ts';
import { openShop } from '../fakes/open-shop.ts';
import { DevenvError } from '../../src/errors/devenv-error.ts';

const options = { workspace: 'main', clean: false };

it('lists everything that an up would do', async () => {
  const shop = await openShop('volumes: ["data:/data"]\nhooks: {create: "true"}\n');
  const found = await plan(shop, options);
  expect(found).toMatchObject({ image: { kind: 'none' }, engine: true });
  expect(found.operations.map(({ kind }) => kind)).toEqual(['volume', 'create', 'start', 'owners', 'hook']);
  expect(shop.fake.engine.runtime.calls).toEqual([]);
});

it('lists nothing after an up', async () => {
  const shop = await openShop();
  await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
  expect((await plan(shop, options)).operations).toEqual([]);
});

it('lists only the build if no engine answers', async () => {
  const engine = (): Promise<never> => Promise.reject(new DevenvError('ENGINE_UNREACHABLE', 'No engine answers.'));
  const files = { 'devenv.yaml': 'version: 1\nname: shop\nbase: debian:bookworm-slim\n' };
  const found = await plan(makeContext(files, { ports: { engine } }), options);
  expect(found).toMatchObject({ image: { kind: 'build' }, engine: false });
  expect(found.operations.map(({ kind }) => kind).slice(0, 1)).toEqual(['base']);
});

it.each([
  ['apk', 'It has apk.', '`tools` need glibc'],
  ['dnf', 'It has dnf.', '`downloads` and `tools` work'],
])(
  'refuses a base with %s that is here, if the build needs apt, and says what works there',
  async (name, found, hint) => {
    const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\npackages: {apt: [git]}\n';
    const context = makeContext({ 'devenv.yaml': yaml });
    const { engine } = context.fake;
    const { programs } = engine.runtime;
    programs['/bin/sh'] = programs['sleep'] ?? (() => 127);
    programs['sh'] = ({ out }) => (out(`${name}\n`), 0);
    // What is not here cannot be asked.
    expect(await plan(context, options)).toMatchObject({ image: { kind: 'build' } });
    engine.images.add('debian:bookworm-slim');
    await expect(plan(context, options)).rejects.toMatchObject({
      ...{
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(found),
        suggestions: [expect.stringContaining(hint)],
      },
    });
    expect(engine.runtime.containers).toEqual([]);
    programs['sh'] = ({ out }) => (out('apt-get\n'), 0);
    expect(await plan(context, options)).toMatchObject({ image: { kind: 'build' } });
  },
);
