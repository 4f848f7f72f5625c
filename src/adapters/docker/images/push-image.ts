import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Digest } from '../../../model/version.ts';
import type { TransferOptions } from '../../../ports/images.ts';
import { authHeaders } from './auth-headers.ts';
import type { Connection } from '../connection/connection.ts';
import { followProgress } from '../connection/follow-progress.ts';
import { readTransfer } from './read-transfer.ts';
import { transferFailure } from './transfer-failure.ts';
import { imagePath, parseReference } from './reference.ts';

/** Has the engine send an image, and resolves with the manifest's digest. Errors as pullImage. */
export async function pushImage(connection: Connection, reference: string, options: TransferOptions): Promise<Digest> {
  const { repository, tag = 'latest' } = parseReference(reference);
  let digest: string | undefined;
  await followProgress(
    connection,
    {
      method: 'POST',
      path: `/images/${imagePath(repository)}/push`,
      query: { tag },
      // Docker refuses a push without the header, even where no login is needed.
      headers: authHeaders(options.auth, 'always'),
      purpose: `push ${reference}`,
      signal: options.signal,
    },
    (purpose, status, message) => transferFailure(purpose, reference, status, message),
    (line) => {
      const progress = readTransfer(line);
      if (progress !== undefined) options.onProgress?.(progress);
      // Podman has no `aux`; both end with a sentence that holds the digest.
      const said = /: digest: (sha256:[0-9a-f]{64}) size: \d+$/.exec(line.text('status'))?.[1];
      digest = line.in('aux').text('Digest') || said || digest;
    },
  );
  if (digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest)) return digest as Digest;
  throw new DevenvError('REGISTRY_UNREACHABLE', `The upload of ${reference} ended before it was whole.`, {
    hint: 'Run the same command again: layers that are complete are not sent twice.',
  });
}
