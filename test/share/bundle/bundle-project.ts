import { buffer } from 'node:stream/consumers';
import { contentIdOf } from '../../../src/lock/content-id.ts';
import { printLock } from '../../../src/lock/print-lock.ts';
import type { Lock, Seed, ServicePins, Version } from '../../../src/model/version.ts';
import { tarOf } from '../../../src/model/tar/tar.ts';
import { localReference } from '../../../src/observe/version-image.ts';
import { FakeEngine } from '../../fakes/fake-engine.ts';
import { makeContext, type FakeContext } from '../../fakes/make-context.ts';

export const yaml = 'version: 1\nname: shop\nbase: debian:12\n';

/** A layer with one file. */
export const layerOf = (text: string): Promise<Buffer> => buffer(tarOf('file', text));

/** The project with two versions: the second has one layer more. */
export async function openVersions(
  rest = '',
  services?: ServicePins,
  seed?: Seed,
): Promise<FakeContext & { readonly lockText: string; readonly versions: readonly Version[] }> {
  const engine = new FakeEngine();
  const layers = [await layerOf('base '.repeat(10_000)), await layerOf('second')];
  const versions = [1, 2].map((number): Version => {
    const image = engine.images.require(engine.images.addLayers(`v${String(number)}`, layers.slice(0, number)));
    return {
      ...{ number, kind: number === 1 ? 'build' : 'commit', ...(number === 2 && { parent: 1, from: 1 }) },
      ...{ content: contentIdOf(image), author: 'Ada <ada@example.com>', date: '2026-01-02T03:04:05Z' },
      ...{ message: `change ${String(number)}`, size: 1000, layers: number, items: { set: {}, unset: [] } },
    };
  });
  for (const version of versions)
    await engine.images.tag(`v${String(version.number)}`, localReference('shop', version));
  const lock: Lock = {
    ...{ name: 'shop', current: 2, shape: `sha256:${'a'.repeat(64)}`, resolved: {}, versions },
    ...(services !== undefined && { services }),
    ...(seed !== undefined && { seed }),
  };
  const lockText = printLock(lock);
  const context = makeContext({ 'devenv.yaml': yaml + rest, 'devenv-lock.yaml': lockText }, { engine });
  return Object.assign(context, { lockText, versions });
}

/** Another machine with the same project and this bundle, whose engine has nothing. */
export function openOther(
  from: FakeContext,
  files: Readonly<Record<string, string>>,
  bundle: Buffer | undefined = from.fake.files.large.files.get('/shop/shop.tar'),
): FakeContext {
  const other = makeContext(files);
  if (bundle !== undefined) other.fake.files.large.files.set('/shop/shop.tar', bundle);
  return other;
}
