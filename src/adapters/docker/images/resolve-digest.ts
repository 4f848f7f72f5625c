import type { Digest } from '../../../model/version.ts';
import type { RegistryAuth } from '../../../ports/registry.ts';
import { ask, readMessage } from '../connection/ask.ts';
import { authHeaders } from './auth-headers.ts';
import type { Connection } from '../connection/connection.ts';
import { Fields } from '../connection/fields.ts';
import { imagePath, parseReference } from './reference.ts';
import { transferFailure } from './transfer-failure.ts';

/** The digest of a reference in its registry, if it has one. Throws REGISTRY_DENIED, REGISTRY_UNREACHABLE. */
export async function resolveDigest(
  connection: Connection,
  reference: string,
  auth: RegistryAuth | undefined,
): Promise<Digest | undefined> {
  parseReference(reference);
  const purpose = `look ${reference} up`;
  const path = `/distribution/${imagePath(reference)}/json`;
  const call = { method: 'GET', path, purpose, repeat: 'lost', headers: authHeaders(auth) } as const;
  const { status, text } = await ask(connection, call, [400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 504]);
  if (status < 400) {
    const digest = readDigest(text);
    if (digest !== undefined) return digest;
    throw transferFailure(purpose, reference, status, 'its answer has no digest');
  }
  const failure = transferFailure(purpose, reference, status, readMessage(text));
  if (failure.code === 'IMAGE_NOT_FOUND') return undefined;
  throw failure;
}

function readDigest(text: string): Digest | undefined {
  try {
    const digest = new Fields(JSON.parse(text)).in('Descriptor').text('digest');
    return /^sha256:[0-9a-f]{64}$/.test(digest) ? (digest as Digest) : undefined;
  } catch {
    return undefined;
  }
}
