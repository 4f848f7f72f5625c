import { createHash } from 'node:crypto';
import type { Digest } from '../../model/version.ts';

/** The digest of a document or archive, as its registry names it. */
export const hashBytes = (bytes: Uint8Array): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
