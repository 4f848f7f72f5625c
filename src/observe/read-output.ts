import { Readable, Writable } from 'node:stream';
import { pathFromLatin1, pathToBytes, type BytePath } from '../model/byte-path.ts';
import type { ExecOptions, Runtime } from '../ports/runtime.ts';

export interface ProgramOutput {
  readonly exitCode: number;
  readonly stdout: Buffer;
}

const environment = ['LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin'];

/** Bytes. A list of a million paths takes some 100 MB; no other output is larger. */
const limit = 256 * 1024 * 1024;

/** The exit code of a program that printed more than the limit: that of a broken pipe. */
const brokenPipe = 141;

/** Runs a program in a running container and collects its output. */
export async function collectOutput(
  runtime: Runtime,
  container: string,
  options: Omit<ExecOptions, 'stdout'>,
): Promise<ProgramOutput> {
  const chunks: Buffer[] = [];
  let size = 0;
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      done();
    },
  });
  const exitCode = await runtime.exec(container, { ...options, stdout });
  return { exitCode: size > limit ? brokenPipe : exitCode, stdout: Buffer.concat(chunks) };
}

/**
 * Output of a program that runs as root in a running container, with `input` as
 * NUL-separated paths. `env`: `NAME=value`, added to a fixed PATH and locale.
 * Absent if the program fails, does not exist, or prints more than 256 MB.
 */
export async function readOutput(
  runtime: Runtime,
  container: string,
  argv: readonly string[],
  input?: readonly BytePath[],
  env: readonly string[] = [],
): Promise<Buffer | undefined> {
  const { exitCode, stdout } = await collectOutput(runtime, container, {
    ...{ argv, user: '0:0', workingDir: '/', env: [...environment, ...env] },
    ...(input !== undefined && { stdin: Readable.from(joinPaths(input)) }),
  });
  return exitCode === 0 ? stdout : undefined;
}

/** Yields a few large chunks: a stream of a hundred thousand small ones is slow. */
function* joinPaths(paths: readonly BytePath[]): Generator<Uint8Array> {
  const step = 1_000;
  for (let start = 0; start < paths.length; start += step) {
    yield pathToBytes(pathFromLatin1(`${paths.slice(start, start + step).join('\0')}\0`));
  }
}
