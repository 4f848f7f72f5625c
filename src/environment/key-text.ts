import { isScalar } from 'yaml';

/** The text of a map's key; empty where it has none. */
export const keyText = (key: unknown): string => (isScalar(key) && typeof key.value === 'string' ? key.value : '');
