import type { Attached, AttachStreams } from '../../../ports/runtime.ts';
import type { Connection } from '../connection/connection.ts';
import { withTypedFailures } from '../connection/engine-failure.ts';
import { namePath } from '../images/reference.ts';
import { openProgramStream } from './program-stream.ts';

/** See the port. */
export async function attachContainer(
  connection: Connection,
  id: string,
  streams: AttachStreams,
  signal?: AbortSignal,
): Promise<Attached> {
  const purpose = 'attach to the container';
  const path = `/containers/${namePath(id)}/attach`;
  const query = { stream: 'true', stdin: 'true', stdout: 'true', stderr: 'true' };
  const call = { method: 'POST', path, query, purpose, signal } as const;
  const { ended, close } = await withTypedFailures(connection, call, () =>
    openProgramStream(connection, call, streams),
  );
  const end = withTypedFailures(connection, call, async () => {
    if ((await ended) === 'broken') throw new Error('the connection broke');
  });
  return { ended: end, close };
}
