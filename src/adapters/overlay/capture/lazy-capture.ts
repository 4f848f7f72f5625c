import type { Capture, CaptureResult, CaptureRequest, Preparing } from '../../../ports/capture.ts';
import type { Engine } from '../../../ports/engine.ts';
import type { StorageHelpers } from '../helper/storage-helpers.ts';

/** Loads what captures when something is to be captured: most commands never do. */
export class LazyCapture implements Capture {
  readonly #engine: () => Promise<Engine>;
  readonly #helpers: () => Promise<StorageHelpers>;
  #loaded: Promise<Capture> | undefined;

  constructor(engine: () => Promise<Engine>, helpers: () => Promise<StorageHelpers>) {
    this.#engine = engine;
    this.#helpers = helpers;
  }

  async prepare(request: Preparing): Promise<void> {
    await (await this.#load()).prepare(request);
  }

  async release(): Promise<void> {
    await (await this.#loaded?.catch(() => undefined))?.release();
  }

  async capture(request: CaptureRequest): Promise<CaptureResult | undefined> {
    return (await this.#load()).capture(request);
  }

  async thaw(container: string): Promise<void> {
    await (await this.#load()).thaw(container);
  }

  async clean(container: string): Promise<void> {
    await (await this.#load()).clean(container);
  }

  #load(): Promise<Capture> {
    return (this.#loaded ??= this.#make());
  }

  async #make(): Promise<Capture> {
    const { OverlayCapture } = await import('./overlay-capture.ts');
    return new OverlayCapture(this.#engine, await this.#helpers());
  }
}
