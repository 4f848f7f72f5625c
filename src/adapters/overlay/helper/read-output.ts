import { Writable } from 'node:stream';
import type { Runtime } from '../../../ports/runtime.ts';

/** What a program in a container writes; absent where it fails. */
export async function readOutput(
  runtime: Runtime,
  container: string,
  argv: readonly string[],
  stdin?: NodeJS.ReadableStream,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  const exitCode = await runtime.exec(container, { argv, user: '0:0', stdout, ...(stdin && { stdin }) });
  return exitCode === 0 ? Buffer.concat(chunks) : undefined;
}
