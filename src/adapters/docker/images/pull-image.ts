import { DevenvError } from '../../../errors/devenv-error.ts';
import type { TransferOptions } from '../../../ports/images.ts';
import { authHeaders } from './auth-headers.ts';
import type { Connection } from '../connection/connection.ts';
import { inspectImage } from './images.ts';
import { followProgress } from '../connection/follow-progress.ts';
import { readTransfer } from './read-transfer.ts';
import { transferFailure } from './transfer-failure.ts';
import { parseReference } from './reference.ts';

/**
 * Has the engine fetch an image. Throws IMAGE_NOT_FOUND, REGISTRY_DENIED,
 * REGISTRY_UNREACHABLE, CONTENT_MISMATCH.
 */
export async function pullImage(connection: Connection, reference: string, options: TransferOptions): Promise<void> {
  const { repository, tag, digest } = parseReference(reference);
  let last = '';
  await followProgress(
    connection,
    {
      method: 'POST',
      path: '/images/create',
      query: { fromImage: repository, tag: digest ?? tag ?? 'latest' },
      headers: authHeaders(options.auth),
      purpose: `pull ${reference}`,
      signal: options.signal,
    },
    (purpose, status, message) => transferFailure(purpose, reference, status, message),
    (line) => {
      const progress = readTransfer(line);
      if (progress !== undefined) options.onProgress?.(progress);
      last = line.text('status') || last;
    },
  );
  // An engine that was interrupted ends its stream like one that has finished, less the last words.
  const whole = connection.podman || last.startsWith('Status: ');
  if (whole && (await inspectImage(connection, reference)) !== undefined) return;
  throw new DevenvError('REGISTRY_UNREACHABLE', `The download of ${reference} ended before it was whole.`, {
    hint: 'Run the same command again: layers that are complete are not fetched twice.',
  });
}
