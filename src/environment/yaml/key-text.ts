import { isScalar } from 'yaml';

/** The text of a map's key; empty if it is not text. */
export const keyText = (key: unknown): string => (isScalar(key) && typeof key.value === 'string' ? key.value : '');
