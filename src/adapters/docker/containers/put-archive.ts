import { ask } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { namePath } from '../images/reference.ts';

/** Unpacks an uncompressed tar at `path` of a container that is created or stopped. */
export async function putArchive(
  connection: Connection,
  id: string,
  path: string,
  tar: AsyncIterable<Uint8Array>,
): Promise<void> {
  await ask(connection, {
    method: 'PUT',
    path: `/containers/${namePath(id)}/archive`,
    query: { path },
    upload: { type: 'application/x-tar', source: tar },
    purpose: 'unpack files in the container',
    patience: 600_000,
  });
}
