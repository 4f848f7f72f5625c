import { Readable, Writable } from 'node:stream';
import type { ImageConfig } from '../../model/image.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { inImages, type Looked } from './in-image.ts';

export interface Question {
  readonly argv: readonly string[];
  readonly stdin?: Buffer;
}

export interface Answer {
  readonly exitCode: number;
  readonly stdout: Buffer;
}

/** A program run in an image, as root. */
export type Ask = (question: Question) => Promise<Answer>;

/** A list of a million files is some 100 MB. */
const limit = 256 * 1024 * 1024;

/**
 * Runs programs in a container that is made for it and thrown away. Nothing
 * of the project is in it. `owner` as for buildStep: a dead one goes with the
 * dead builders.
 */
export async function askImage<T>(
  runtime: Runtime,
  owner: string,
  reference: string,
  config: ImageConfig,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  return askImages(runtime, owner, [{ reference, config }], ([ask]) => work(ask as Ask));
}

/** The same in several images at once; who can be asked is given in the same order. */
export async function askImages<T>(
  runtime: Runtime,
  owner: string,
  images: readonly Looked[],
  work: (asks: readonly Ask[]) => Promise<T>,
): Promise<T> {
  return inImages(runtime, owner, images, (containers) =>
    work(
      containers.map(
        (container): Ask =>
          (question) =>
            run(runtime, container, question),
      ),
    ),
  );
}

async function run(runtime: Runtime, container: string, { argv, stdin }: Question): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      done();
    },
  });
  const exitCode = await runtime.exec(container, {
    argv,
    user: '0',
    stdout,
    ...(stdin !== undefined && { stdin: Readable.from([stdin]) }),
  });
  return { exitCode: size > limit ? 141 : exitCode, stdout: Buffer.concat(chunks) };
}
