import { contentIdOf } from '../../src/lock/content-id.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Image } from '../../src/model/image.ts';
import type { Lock, Version } from '../../src/model/version.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { FakeFiles } from '../fakes/fake-files.ts';
import { makeImage } from './shared-images.ts';

export const repository = 'registry.example.com/shop/env';
export const config = `version: 1\nname: shop\nimage: ${repository}\nbase: debian:12\n`;

/** A version of a project that shares its versions, and the image of it. */
export interface Shared {
  readonly version: Version;
  readonly image: Image;
  /** The name of its image on an engine. */
  readonly local: string;
}

export function makeShared(number: number, rest: Partial<Version> = {}): Shared {
  const image = makeImage(`image ${String(number)}`);
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

export function filesOf(lock: string | undefined, yaml = config): FakeFiles {
  const locked = lock === undefined ? {} : { '/project/devenv-lock.yaml': lock };
  return new FakeFiles({ '/project/devenv.yaml': yaml, ...locked });
}
