import { contentIdOf } from '../../src/lock/content-id.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Lock, Version } from '../../src/model/version.ts';
import { lockPath, readProject } from '../../src/observe/project.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { makeContext, type FakeContext } from './make-context.ts';

export interface Shop extends FakeContext {
  /** Its only version, which the engine has. */
  readonly version: Version;
}

/** The project of fake-context.ts with a version of what its devenv.yaml declares. `yaml`: lines besides name and base. */
export async function openShop(yaml = ''): Promise<Shop> {
  const context = makeContext({
    'devenv.yaml': `version: 1\nname: shop\nbase: debian:bookworm-slim\n${yaml}`,
  });
  const { engine, files } = context.fake;
  await files.makeFolder(context.machine.stateFolder);
  const { desired, shape } = await readProject(context);
  const image = engine.images.require(engine.images.add('shop'));
  const version: Version = {
    ...{ number: 1, kind: 'build', content: contentIdOf(image), author: 'Ada', date: '2026-01-02T03:04:05Z' },
    ...{ message: 'first', size: 1, layers: 1, items: { set: desired, unset: [] } },
  };
  await engine.images.tag(image.id, localReference('shop', version));
  const lock: Lock = { name: 'shop', current: 1, shape, resolved: {}, versions: [version] };
  await files.writeAtomic(lockPath('/shop'), printLock(lock));
  const { programs } = engine.runtime;
  // The first program of a workspace is a shell that waits; what settles one gets no answer from its shell.
  programs['/bin/sh'] = (run) => (run.args[1]?.startsWith('trap') === true ? (programs['sleep']?.(run) ?? 1) : 1);
  return Object.assign(context, { version });
}
