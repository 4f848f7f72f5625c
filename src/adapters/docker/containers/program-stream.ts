import type { Connection } from '../connection/connection.ts';
import { hijack, type Hijacked } from '../connection/hijack.ts';
import type { Call } from '../connection/send.ts';
import { FrameDemuxer, type Output } from './frame-demuxer.ts';
import { OutputPump } from './output-pump.ts';

interface ProgramStreams {
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
}

type Write = (output: Output, bytes: Uint8Array) => void;

interface ProgramStream {
  /** `broken`: the connection broke after complete output, as when an engine wants no more input. Rejects if output is missing. */
  readonly ended: Promise<'clean' | 'broken'>;
  readonly close: () => void;
}

/**
 * Opens a connection to a program and joins its input and output to streams of
 * this process. With a terminal (`tty`) all output is stdout. `filter` may hold
 * back output before it is written.
 */
export async function openProgramStream(
  connection: Connection,
  call: Call,
  { stdin, ...outputs }: ProgramStreams,
  {
    tty = false,
    filter = (write) => write,
  }: { readonly tty?: boolean; readonly filter?: (write: Write) => Write } = {},
): Promise<ProgramStream> {
  let stream: Hijacked | undefined;
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    stream?.destroy();
  };
  const pump = new OutputPump(outputs, () => stream?.resume(), fail);
  const write = filter((output, bytes) => {
    pump.write(output, bytes);
  });
  const frames = new FrameDemuxer(write);
  const receive = (bytes: Uint8Array): boolean => {
    try {
      if (tty) write('stdout', bytes);
      else frames.push(bytes);
    } catch (error) {
      fail(error as Error);
    }
    return !pump.blocked;
  };
  const disconnect = (): void => {
    pump.close();
    if (stream !== undefined) stdin?.unpipe(stream.input);
    stream?.destroy();
  };
  const waitForEnd = async ({ ended }: Hijacked): Promise<'clean' | 'broken'> => {
    try {
      const how = await ended;
      if (failure !== undefined) throw failure;
      await pump.flush();
      if (!tty && !frames.complete) throw new Error('the connection broke in the middle of the output');
      return how;
    } finally {
      disconnect();
    }
  };
  try {
    stream = await hijack(connection, call, receive);
  } catch (error) {
    disconnect();
    throw error;
  }
  // An output may have failed before there was a stream to end.
  if (failure !== undefined) stream.destroy();
  stdin?.pipe(stream.input);
  return { ended: waitForEnd(stream), close: stream.destroy };
}
