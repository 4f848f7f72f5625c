import { createHash } from 'node:crypto';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { contentIdOf } from '../../src/lock/content-id.ts';
import type { Image } from '../../src/model/image.ts';
import type { Digest } from '../../src/model/version.ts';
import type { Images } from '../../src/ports/images.ts';

/** Images of an engine, and a registry beside it. Each holds images by every name that they have there. */
export class FakeImages implements Images {
  readonly here = new Map<string, Image>();
  readonly registry = new Map<string, Image>();
  /** References that were sent and fetched, in order. */
  readonly pushed: string[] = [];
  readonly pulled: string[] = [];

  inspect(reference: string): Promise<Image | undefined> {
    return Promise.resolve(this.here.get(reference));
  }

  list(): never {
    throw new Error('FakeImages lists nothing');
  }

  tag(source: string, target: string): Promise<void> {
    this.here.set(target, this.#get(this.here, source));
    return Promise.resolve();
  }

  remove(reference: string): Promise<void> {
    this.here.delete(reference);
    return Promise.resolve();
  }

  label(): never {
    throw new Error('FakeImages labels nothing');
  }

  pull(reference: string): Promise<void> {
    this.here.set(reference, this.#get(this.registry, reference));
    this.pulled.push(reference);
    return Promise.resolve();
  }

  push(reference: string): Promise<Digest> {
    const image = this.#get(this.here, reference);
    this.pushed.push(reference);
    this.registry.set(reference, image);
    const digest = digestOf(image);
    this.registry.set(`${repositoryOf(reference)}@${digest}`, image);
    return Promise.resolve(digest);
  }

  resolveDigest(reference: string): Promise<Digest | undefined> {
    const image = this.registry.get(reference);
    return Promise.resolve(image && digestOf(image));
  }

  import(): never {
    throw new Error('FakeImages imports nothing');
  }

  #get(from: ReadonlyMap<string, Image>, reference: string): Image {
    const image = from.get(reference);
    if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `There is no ${reference}.`);
    return image;
  }
}

/** The manifest's digest, under which the registry serves an image. */
export function digestOf(image: Image): Digest {
  const text = JSON.stringify([contentIdOf(image), image.config.labels]);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const repositoryOf = (reference: string): string => reference.replace(/:[^/:]*$/, '');

/** An image whose layers are its name's. */
export function makeImage(name: string, rest: Partial<Image> = {}): Image {
  return {
    id: name,
    tags: [],
    digests: [],
    os: 'linux',
    architecture: 'amd64',
    size: 1000,
    diffIds: [`sha256:${createHash('sha256').update(name).digest('hex')}`],
    config: { env: [], labels: {}, user: '', workingDir: '/', entrypoint: [], cmd: ['sh'] },
    ...rest,
  };
}
