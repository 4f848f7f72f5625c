import type { Image, ImageConfig } from '../../../model/image.ts';
import type { Digest } from '../../../model/version.ts';
import type { Images, TransferOptions } from '../../../ports/images.ts';
import type { RegistryAuth } from '../../../ports/registry.ts';
import type { Connection } from '../connection/connection.ts';
import * as images from './images.ts';

/** The images behind one connection. A warm start loads what it calls; the rest is imported at the first call. */
export class DockerImages implements Images {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  inspect(reference: string): Promise<Image | undefined> {
    return images.inspectImage(this.#connection, reference);
  }

  list(labels: readonly string[]): Promise<readonly Pick<Image, 'id' | 'tags'>[]> {
    return images.listImages(this.#connection, labels);
  }

  tag(source: string, target: string): Promise<void> {
    return images.tagImage(this.#connection, source, target);
  }

  remove(reference: string): Promise<void> {
    return images.removeImage(this.#connection, reference);
  }

  async label(source: string, reference: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const { labelImage } = await import('./label-image.ts');
    await labelImage(this.#connection, source, reference, labels);
  }

  async pull(reference: string, options: TransferOptions): Promise<void> {
    const { pullImage } = await import('./pull-image.ts');
    await pullImage(this.#connection, reference, options);
  }

  async push(reference: string, options: TransferOptions): Promise<Digest> {
    const { pushImage } = await import('./push-image.ts');
    return pushImage(this.#connection, reference, options);
  }

  async resolveDigest(reference: string, auth?: RegistryAuth): Promise<Digest | undefined> {
    const { resolveDigest } = await import('./resolve-digest.ts');
    return resolveDigest(this.#connection, reference, auth);
  }

  async import(tar: AsyncIterable<Uint8Array>, reference: string, config: ImageConfig): Promise<void> {
    const { importImage } = await import('./import-image.ts');
    await importImage(this.#connection, tar, reference, config);
  }
}
