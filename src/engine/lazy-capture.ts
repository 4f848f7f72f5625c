import type { Capture, Captured, CaptureRequest } from '../ports/capture.ts';
import type { Engine } from '../ports/engine.ts';
import type { StorageHelpers } from './storage-helpers.ts';

/** Loads what captures when something is to be captured: most commands never do. */
export class LazyCapture implements Capture {
  readonly #engine: () => Promise<Engine>;
  readonly #helpers: () => Promise<StorageHelpers>;

  constructor(engine: () => Promise<Engine>, helpers: () => Promise<StorageHelpers>) {
    this.#engine = engine;
    this.#helpers = helpers;
  }

  async capture(request: CaptureRequest): Promise<Captured | undefined> {
    return (await this.#load()).capture(request);
  }

  async clean(container: string): Promise<void> {
    await (await this.#load()).clean(container);
  }

  async #load(): Promise<Capture> {
    const { OverlayCapture } = await import('./overlay-capture.ts');
    return new OverlayCapture(this.#engine, await this.#helpers());
  }
}
