import type { LogOptions } from '../../../ports/runtime.ts';
import { getJson, open } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { isAbort, lost } from '../connection/engine-failure.ts';
import { FrameDemuxer } from './frame-demuxer.ts';
import { OutputPump } from './output-pump.ts';
import { namePath } from '../images/reference.ts';

/** Writes a container's log, and returns whether there was any; with `follow` until it stops or `signal` aborts, which is no error here. */
export async function readLogs(connection: Connection, id: string, options: LogOptions): Promise<boolean> {
  const path = `/containers/${namePath(id)}`;
  const purpose = 'read the log';
  const tty = (await getJson(connection, `${path}/json`, purpose)).in('Config').flag('Tty');
  const query = {
    follow: options.follow ? 'true' : 'false',
    stdout: 'true',
    stderr: 'true',
    tail: options.tail ?? 'all',
    since: options.since,
  };
  let wake: (() => void) | undefined;
  let failure: Error | undefined;
  let printed = false;
  const pump = new OutputPump(
    options,
    () => wake?.(),
    (error) => {
      failure ??= error;
      wake?.();
    },
  );
  const frames = new FrameDemuxer((output, bytes) => {
    pump.write(output, bytes);
  });
  try {
    const call = { method: 'GET', path: `${path}/logs`, query, purpose, signal: options.signal } as const;
    const response = await open(connection, { ...call, patience: options.follow ? 2 ** 31 - 1 : 60_000 });
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      printed = true;
      if (tty) pump.write('stdout', chunk);
      else frames.push(chunk);
      if (pump.blocked) await new Promise<void>((resolve) => (wake = resolve));
      if (failure !== undefined) throw failure;
    }
    await pump.flush();
    return printed;
  } catch (error) {
    if (isAbort(error) || options.signal?.aborted === true) return printed;
    throw lost(purpose, connection.name, error);
  } finally {
    pump.close();
  }
}
