import { contentIdOf } from '../../src/lock/content-id.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Image } from '../../src/model/image.ts';
import type { Lock, Version } from '../../src/model/version.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { digestOf } from '../fakes/fake-images.ts';

export const repository = 'registry.test:5000/shop/env';
export const config = `version: 1\nname: shop\nimage: ${repository}\nbase: debian:12\n`;

/** A version of a project that shares its versions, and the image of it. */
export interface Shared {
  readonly version: Version;
  readonly image: Image;
  /** The name of its image on an engine. */
  readonly local: string;
}

export function makeShared(
  number: number,
  rest: Partial<Version> = {},
  image = makeImage(`image ${String(number)}`),
): Shared {
  const version: Version = {
    number,
    kind: number === 1 ? 'build' : 'commit',
    ...(number > 1 && { parent: number - 1, from: number - 1 }),
    content: contentIdOf(image),
    author: 'Ann Lee <ann@example.com>',
    date: '2026-01-01T00:00:00Z',
    message: `change ${String(number)}`,
    size: 1000,
    layers: number,
    items: { set: {}, unset: [] },
    ...rest,
  };
  return { version, image, local: localReference('shop', version) };
}

/** The lock of these versions, the last of which is current. */
export function lockOf(all: readonly Shared[]): string {
  const versions = all.map(({ version }) => version);
  const lock: Lock = {
    name: 'shop',
    current: versions.at(-1)?.number ?? 1,
    shape: `sha256:${'a'.repeat(64)}`,
    resolved: {},
    versions,
  };
  return printLock(lock);
}

/** The project's files: devenv.yaml, and the lock if there is one. */
export function filesOf(lock: string | undefined, yaml = config): Readonly<Record<string, string>> {
  return { 'devenv.yaml': yaml, ...(lock !== undefined && { 'devenv-lock.yaml': lock }) };
}

/** An image whose layers are its name's. */
export function makeImage(name: string, rest: Partial<Image> = {}): Image {
  return {
    ...{ id: name, tags: [], digests: [], os: 'linux', architecture: 'amd64', size: 1000, diffIds: [digestOf(name)] },
    config: { env: [], labels: {}, user: '', workingDir: '/', entrypoint: [], cmd: ['sh'] },
    ...rest,
  };
}
