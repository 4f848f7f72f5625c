import type { Attached, AttachStreams } from '../../../ports/runtime.ts';
import type { Connection } from '../connection/connection.ts';
import { withTypedFailures } from '../connection/engine-failure.ts';
import { FrameDemuxer } from './frame-demuxer.ts';
import { hijack } from '../connection/hijack.ts';
import { OutputPump } from './output-pump.ts';
import { namePath } from '../images/reference.ts';

/** See the port. */
export async function attachContainer(
  connection: Connection,
  id: string,
  streams: AttachStreams,
  signal?: AbortSignal,
): Promise<Attached> {
  const purpose = 'attach to the container';
  const call = {
    method: 'POST',
    path: `/containers/${namePath(id)}/attach`,
    query: { stream: 'true', stdin: 'true', stdout: 'true', stderr: 'true' },
    purpose,
    signal,
  } as const;
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    stream.destroy();
  };
  const pump = new OutputPump(streams, () => stream.resume(), fail);
  const frames = new FrameDemuxer((output, bytes) => {
    pump.write(output, bytes);
  });
  const receive = (bytes: Uint8Array): boolean => {
    try {
      frames.push(bytes);
    } catch (error) {
      fail(error as Error);
    }
    return !pump.blocked;
  };
  const stream = await hijack(connection, call, receive);
  streams.stdin.pipe(stream.input);
  const end = async (): Promise<void> => {
    try {
      await withTypedFailures(connection, purpose, async () => {
        const how = await stream.ended;
        if (failure !== undefined) throw failure;
        await pump.flush();
        if (how === 'broken' || !frames.complete) throw new Error('the connection broke');
      });
    } finally {
      pump.close();
      streams.stdin.unpipe(stream.input);
      stream.destroy();
    }
  };
  return {
    ended: end(),
    close: () => {
      stream.destroy();
    },
  };
}
