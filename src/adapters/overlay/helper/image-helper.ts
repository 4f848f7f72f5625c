import { randomBytes } from 'node:crypto';
import { PassThrough, Writable, type Readable } from 'node:stream';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Mount } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';

interface HelperOptions {
  /** Its programs do the work: sh, find, tar. */
  readonly image: string;
  readonly mounts: readonly Mount[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** Seconds after which a helper that was not removed exits. */
const lifetime = 4 * 3600;

/** A container that works on volumes with the programs of an image. */
export class ImageHelper {
  readonly #engine: Engine;
  readonly #id: string;

  private constructor(engine: Engine, id: string) {
    this.#engine = engine;
    this.#id = id;
  }

  static async start(engine: Engine, options: HelperOptions): Promise<ImageHelper> {
    const id = await engine.runtime.create({
      name: `devenv-helper-${randomBytes(6).toString('hex')}`,
      image: options.image,
      command: ['/bin/sh', '-c', `exec sleep ${String(lifetime)}`],
      env: ['LC_ALL=C'],
      labels: { 'dev.teamvm.role': 'helper', ...options.labels },
      user: '0:0',
      workingDir: '/',
      mounts: options.mounts,
      network: 'none',
      autoRemove: true,
      log: false,
      // Reads and writes the overlay's own attributes, which are `trusted.*`.
      capabilities: ['SYS_ADMIN'],
      stopTimeout: 0,
    });
    try {
      await engine.runtime.start(id);
      return new ImageHelper(engine, id);
    } catch (error) {
      await engine.runtime.remove(id).catch(() => undefined);
      throw error;
    }
  }

  /** Runs a shell text with `$1`, `$2` … Throws ENGINE_REFUSED with the end of its stderr if it fails. */
  async run(script: string, arguments_: readonly string[], streams: Streams = {}): Promise<void> {
    const words = new Tail();
    const exitCode = await this.#engine.runtime.exec(this.#id, {
      argv: ['/bin/sh', '-c', script, 'sh', ...arguments_],
      user: '0:0',
      env: ['LC_ALL=C'],
      stderr: words,
      ...streams,
    });
    if (exitCode === 0) return;
    // The second is GNU tar's message if a part of a record fitted.
    if (/no space left on device|wrote only \d+ of \d+ bytes/i.test(words.text))
      throw new DevenvError('ENGINE_REFUSED', diskFull, { hint: freeSpace });
    throw new DevenvError(
      'ENGINE_REFUSED',
      `A helper beside the workspace ended with ${String(exitCode)}: ${words.text || 'it said nothing'}`,
      { hint: 'The base needs `sh`, GNU `tar`, GNU `find` and `sort`.', data: { exitCode } },
    );
  }

  /** As `run`, and yields its output, no faster than that is read. Ending early ends the program. */
  async *read(script: string, arguments_: readonly string[], stdin?: Readable): AsyncGenerator<Buffer, void> {
    const stdout = new PassThrough({ highWaterMark: 1024 * 1024 });
    const abort = new AbortController();
    const running = this.run(script, arguments_, { stdout, signal: abort.signal, ...(stdin && { stdin }) });
    const ended = running.then(
      () => stdout.end(),
      (error: unknown) => stdout.destroy(error as Error),
    );
    try {
      yield* stdout as AsyncIterable<Buffer>;
    } finally {
      abort.abort();
      await ended;
    }
  }

  async stop(): Promise<void> {
    await this.#engine.runtime.remove(this.#id);
  }
}

const diskFull = 'The disk of the engine\u2019s machine is full.';
const freeSpace = 'Free some space there, then run the same command again.';

interface Streams {
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout?: NodeJS.WritableStream;
  readonly signal?: AbortSignal;
}

/** The end of a program's output. */
class Tail extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text = (this.text + chunk.toString('utf8')).slice(-500).trimStart();
    done();
  }
}
