import { relative } from 'node:path';

/** True for a path that is not a folder itself, and not below it. Both are absolute. `..name` is an ordinary name. */
export const isOutside = (folder: string, path: string): boolean => /^\.\.(?:\/|$)/.test(relative(folder, path));
