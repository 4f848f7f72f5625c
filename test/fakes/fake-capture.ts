import type { Capture, CaptureRequest, CaptureResult } from '../../src/ports/capture.ts';
import type { FakeEngine } from './fake-engine.ts';

/** Captures what a container in memory changed as one layer on the parent. */
export class FakeCapture implements Capture {
  readonly #engine: FakeEngine;

  constructor(engine: FakeEngine) {
    this.#engine = engine;
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  async capture({ container, parent, reference, label, still }: CaptureRequest): Promise<CaptureResult | undefined> {
    const { images, runtime, builder } = this.#engine;
    return still(async () => {
      if ((await runtime.listChanges(container)).length === 0) return undefined;
      const labels = { ...parent.config.labels, ...(await label?.()) };
      await builder.commit(container, reference, { ...parent.config, labels });
      return { image: images.require(reference), method: 'delta', onParent: true, leftOut: [] };
    });
  }

  thaw(): Promise<void> {
    return Promise.resolve();
  }

  clean(): Promise<void> {
    return Promise.resolve();
  }
}
