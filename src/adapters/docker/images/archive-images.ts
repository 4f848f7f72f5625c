import { open } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';
import { refused, withTypedFailures } from '../connection/engine-failure.ts';
import { followProgress } from '../connection/follow-progress.ts';
import { withIdleLimit } from '../connection/read-text.ts';
import { imagePath } from './reference.ts';

/** Milliseconds. Docker writes all layers to its disk before it sends the first byte. */
const patience = 15 * 60_000;

/** The images as a tar, as `docker save` writes it. */
export async function* saveImages(
  connection: Connection,
  references: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const reference of references) imagePath(reference);
  const purpose = `save ${references.join(', ')}`;
  const call = { method: 'GET', path: '/images/get', query: { names: references }, purpose, patience, signal } as const;
  const response = await withTypedFailures(connection, call, () => open(connection, call));
  try {
    yield* withIdleLimit(response, patience);
  } finally {
    response.destroy();
  }
}

/** Takes images from a tar, as `docker load` does. */
export async function loadImages(
  connection: Connection,
  tar: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<void> {
  let failure: unknown;
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* tar;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const call = {
    method: 'POST',
    path: '/images/load',
    query: { quiet: 'true' },
    upload: { type: 'application/x-tar', source: watched() },
    purpose: 'load images',
    patience,
    signal,
  } as const;
  await followProgress(connection, call, refused, () => undefined).catch((error: unknown) => {
    throw failure ?? error;
  });
}
