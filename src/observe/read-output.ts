import { pathFromLatin1, pathToBytes, type BytePath } from '../model/byte-path.ts';
import { Readable, Writable } from 'node:stream';
import type { Runtime } from '../ports/runtime.ts';

const usual = ['LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin'];

/** A list of a million paths is some 100 MB; nothing that is asked for is larger. */
const limit = 256 * 1024 * 1024;

/**
 * What a program prints in a running container, as root, with `input` as NUL
 * separated paths. `env`: `NAME=value`, which wins over the usual. Absent if it
 * fails, is not there, or prints too much.
 */
export async function readOutput(
  runtime: Runtime,
  container: string,
  argv: readonly string[],
  input?: readonly BytePath[],
  env: readonly string[] = [],
): Promise<Buffer | undefined> {
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
    ...{ argv, user: '0:0', workingDir: '/', env: [...usual, ...env], stdout },
    ...(input !== undefined && { stdin: Readable.from(joinPaths(input)) }),
  });
  return exitCode === 0 && size <= limit ? Buffer.concat(chunks) : undefined;
}

/** Few large pieces instead of a hundred thousand small ones. */
function* joinPaths(paths: readonly BytePath[]): Generator<Uint8Array> {
  const step = 1_000;
  for (let start = 0; start < paths.length; start += step) {
    yield pathToBytes(pathFromLatin1(`${paths.slice(start, start + step).join('\0')}\0`));
  }
}
