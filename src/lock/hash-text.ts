import { createHash } from 'node:crypto';
import type { Digest } from '../model/version.ts';

/** sha256 of a text's UTF-8 bytes. */
export const hashText = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}`;
