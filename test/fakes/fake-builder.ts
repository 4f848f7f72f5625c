import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { ImageConfig } from '../../src/model/image.ts';
import type { Builder } from '../../src/ports/builder.ts';
import { digestOf, type FakeImages } from './fake-images.ts';
import type { FakeRuntime } from './fake-runtime.ts';

/** Makes images of containers in memory. The files of a container decide the id of its layer. */
export class FakeBuilder implements Builder {
  readonly #images: FakeImages;
  readonly #runtime: FakeRuntime;

  constructor(images: FakeImages, runtime: FakeRuntime) {
    this.#images = images;
    this.#runtime = runtime;
  }

  async commit(container: string, reference: string, config: ImageConfig): Promise<string> {
    const found = this.#runtime.containers.find(({ id, name }) => id === container || name === container);
    if (found === undefined)
      throw new DevenvError('ENGINE_REFUSED', `There is no container ${container}.`, { data: { status: 404 } });
    const known = new Set(config.env.map((line) => line.split('=')[0]));
    const leaked = found.spec.env.find((line) => !known.has(line.split('=')[0]));
    if (leaked !== undefined)
      throw new DevenvError('INTERNAL', `The image would keep the container's env ${leaked.split('=')[0] ?? ''}.`);
    const layer = digestOf(JSON.stringify([...found.files, ...found.changes]));
    return this.#images.add(reference, { diffIds: [...this.#images.require(found.image).diffIds, layer], config });
  }
}
