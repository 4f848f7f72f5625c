import { parseLock } from '../../src/lock/parse-lock.ts';
import { contentIdOf } from '../../src/lock/content-id.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Lock, Version } from '../../src/model/version.ts';
import { labels } from '../../src/observe/labels.ts';
import { lockPath, readProject } from '../../src/observe/project.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { FakeChanges } from './fake-changes.ts';
import { FakeEngine } from './fake-engine.ts';
import { FakeStore } from './fake-store.ts';
import { addContainer } from './add-container.ts';
import { makeContext, type FakeContext } from './make-context.ts';

export interface LayeredShop {
  readonly context: FakeContext;
  readonly store: FakeStore;
  readonly lock: () => Lock;
  /** Adds a version with these files on another, and makes it current. */
  readonly addVersion: (files: Readonly<Record<string, string>>, rest?: Partial<Version>) => Promise<Version>;
  /** Starts a workspace at a version; gives its container's id. */
  readonly start: (version: Version, name?: string) => Promise<string>;
  readonly setCurrent: (number: number) => Promise<void>;
}

/** A project in `/shop` whose images have files. `yaml`: lines besides name and base. */
export async function openLayeredShop(yaml = ''): Promise<LayeredShop> {
  const engine = new FakeEngine();
  const store = new FakeStore(engine);
  const changes = new FakeChanges(engine.runtime, store);
  const context = makeContext(
    { 'devenv.yaml': `version: 1\nname: shop\nbase: debian:bookworm-slim\n${yaml}` },
    {
      engine,
      ports: {
        ...{ changes: () => Promise.resolve(changes), capture: () => Promise.resolve(store) },
        layers: () => Promise.resolve(store),
      },
    },
  );
  const { files } = context.fake;
  await files.makeFolder(context.machine.stateFolder);
  const { programs } = engine.runtime;
  programs['/bin/sh'] = (run) => programs['sleep']?.(run) ?? 1;
  const { desired, shape } = await readProject(context);
  const readLock = (): Lock => parseLock(files.files.get(lockPath('/shop')) ?? '', 'devenv-lock.yaml');
  const writeLock = (lock: Lock): Promise<void> => files.writeAtomic(lockPath('/shop'), printLock(lock));

  const addVersion: LayeredShop['addVersion'] = async (own, rest = {}) => {
    const known = files.files.has(lockPath('/shop')) ? readLock() : undefined;
    const number = (known?.versions.length ?? 0) + 1;
    const from = rest.from ?? known?.current;
    const below = known?.versions.find((version) => version.number === from);
    const image = store.add(
      `made:${String(number)}`,
      own,
      below && engine.images.require(localReference('shop', below)),
    );
    const version: Version = {
      ...{ number, kind: below === undefined ? 'build' : 'commit', content: contentIdOf(image), author: 'Ann' },
      ...(known !== undefined && { parent: known.current }),
      ...(from !== undefined && { from }),
      ...{ date: `2026-01-0${String(number)}T00:00:00Z`, message: `change ${String(number)}`, size: 1 },
      ...{ layers: image.diffIds.length, items: { set: below === undefined ? desired : {}, unset: [] } },
      ...rest,
    };
    await engine.images.tag(image.id, localReference('shop', version));
    const versions = [...(known?.versions ?? []), version];
    await writeLock({ name: 'shop', current: number, shape, resolved: {}, versions });
    return version;
  };

  return {
    ...{ context, store, lock: readLock, addVersion },
    start: async (version, name = 'shop') => {
      const image = engine.images.require(localReference('shop', version)).id;
      return addContainer(engine, name, {
        image,
        labels: {
          ...{ [labels.version]: String(version.number), [labels.content]: version.content },
          [labels.exec]: JSON.stringify({ user: 'root', env: [], workingDir: '/', settings: { mounts: [] } }),
        },
      });
    },
    setCurrent: (current) => writeLock({ ...readLock(), current }),
  };
}
