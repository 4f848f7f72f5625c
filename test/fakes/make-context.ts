import type { Context } from '../../src/ports/context.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { Images } from '../../src/ports/images.ts';

const task = { update: () => undefined, done: () => undefined, fail: () => undefined };

/**
 * The world of a use case, of the parts that it is given. A lock that nobody
 * else holds, no login and silent progress are there by themselves; a use case
 * that touches anything else fails.
 */
export function makeContext(parts: Partial<Context>): Context {
  return refuseOthers<Context>('context', {
    folder: '/project',
    projectLock: () =>
      Promise.resolve({
        hold: (_folder, _command, work) => work({ check: () => undefined }),
        isFree: () => Promise.resolve(true),
      }),
    registry: () => Promise.resolve({ findAuth: () => Promise.resolve(undefined) }),
    progress: { task: () => task, tasks: (titles) => titles.map(() => task), note: () => undefined },
    failpoints: { reach: () => Promise.resolve() },
    signal: new AbortController().signal,
    ...parts,
  });
}

/** An engine for amd64 that has images, and nothing else. */
export function makeEngine(images: Images, { resolvesDigests = true } = {}): Engine {
  const storage = { name: 'overlay2', layers: 'named', mountsToCommit: true } as const;
  const description = { product: 'docker', version: '26', apiVersion: '1.45', architecture: 'amd64', rootless: false };
  return refuseOthers<Engine>('engine', {
    address: 'unix:///engine.sock',
    capabilities: { mountsFolders: true, resolvesDigests, commitsAnonymousVolumes: false },
    images,
    describe: () => Promise.resolve({ ...description, storage }),
  });
}

/** Throws for what was not given. A promise may be asked whether it is one. */
function refuseOthers<Port extends object>(name: string, given: Partial<Port>): Port {
  return new Proxy(given, {
    get: (target, key) => {
      if (key in target || key === 'then') return target[key as keyof Port];
      throw new Error(`nothing gave the ${name} its ${String(key)}`);
    },
  }) as Port;
}
