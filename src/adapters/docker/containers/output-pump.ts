import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Output } from './frame-demuxer.ts';

interface Outputs {
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
}

/** Writes a program's output to streams, no faster than they accept it. */
export class OutputPump {
  readonly #outputs: Outputs;
  readonly #resume: () => void;
  readonly #fail: (error: Error) => void;
  readonly #full = new Set<NodeJS.WritableStream>();
  #pending = 0;
  #flushed: (() => void) | undefined;
  #failed = false;

  /** Calls `resume` when there is room again after `blocked`, and `fail` when an output fails. */
  constructor(outputs: Outputs, resume: () => void, fail: (error: Error) => void) {
    this.#outputs = outputs;
    this.#resume = resume;
    this.#fail = fail;
    for (const output of this.#each()) output.on('error', this.#onError).on('drain', this.#onDrain);
  }

  /** True while an output is full: stop reading. */
  get blocked(): boolean {
    return this.#full.size > 0;
  }

  write(output: Output, bytes: Uint8Array): void {
    const stream = this.#outputs[output];
    if (stream === undefined || this.#failed) return;
    this.#pending += 1;
    const room = stream.write(bytes, () => {
      this.#pending -= 1;
      if (this.#pending === 0) this.#flushed?.();
    });
    if (!room) this.#full.add(stream);
  }

  /** Resolves when everything is written, or an output has failed. */
  async flush(): Promise<void> {
    if (this.#pending === 0 || this.#failed) return;
    await new Promise<void>((resolve) => (this.#flushed = resolve));
  }

  close(): void {
    for (const output of this.#each()) output.off('error', this.#onError).off('drain', this.#onDrain);
  }

  #each(): Set<NodeJS.WritableStream> {
    const { stdout, stderr } = this.#outputs;
    return new Set([stdout, stderr].filter((output) => output !== undefined));
  }

  readonly #onDrain = (): void => {
    for (const output of this.#full) {
      if ((output as NodeJS.WritableStream & { writableNeedDrain?: boolean }).writableNeedDrain !== true) {
        this.#full.delete(output);
      }
    }
    if (!this.blocked) this.#resume();
  };

  readonly #onError = (cause: Error): void => {
    this.#failed = true;
    this.#full.clear();
    this.#fail(new DevenvError('INTERRUPTED', 'The output was closed.', { cause }));
    this.#flushed?.();
  };
}
