import type { ContainerDetails, Overlay } from '../../../model/container.ts';
import type { Engine } from '../../../ports/engine.ts';
import { parseOverlay } from './parse-overlay.ts';
import { Writable } from 'node:stream';
import type { Runtime } from '../../../ports/runtime.ts';

/**
 * Where a container's file system lies on the engine's machine: what the
 * engine says, else what the container itself sees, which has to run for that.
 * Absent where the storage is no overlay whose folders can be read alone.
 */
export async function findOverlay(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  container: string,
): Promise<Overlay | undefined> {
  const details = await engine.runtime.inspect(container);
  return details && findOverlayOf(engine, details);
}

/** The same, of a container that was just asked for. */
export async function findOverlayOf(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  details: ContainerDetails,
): Promise<Overlay | undefined> {
  const { rootless, storage } = await engine.describe();
  if (storage.layers === 'hidden') return undefined;
  if (details.overlay !== undefined) return details.overlay;
  if (details.state !== 'running') return undefined;
  const output = await readOutput(engine.runtime, details.id, ['cat', '/proc/self/mountinfo']);
  return output === undefined ? undefined : parseOverlay(output.toString('utf8'), rootless);
}

/** What a program in a container writes; absent where it fails. */
async function readOutput(
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
