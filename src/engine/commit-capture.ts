import { DevenvError } from '../errors/devenv-error.ts';
import type { Image, ImageConfig } from '../model/image.ts';
import type { Capture } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';

/** Capture by the engine's own commit: one call, and every engine has it. */
export class CommitCapture implements Capture {
  readonly #engine: () => Promise<Engine>;

  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  async capture(container: string, reference: string, config: ImageConfig): Promise<Image> {
    const engine = await this.#engine();
    await engine.commitContainer(container, reference, config);
    const image = await engine.inspectImage(reference);
    if (image === undefined)
      throw new DevenvError('ENGINE_REFUSED', 'The engine captured the workspace but does not have the image.');
    return image;
  }
}
