import { DevenvError } from '../errors/devenv-error.ts';
import { cleanText } from './clean-text.ts';
import type { Row } from './read-rows.ts';

const big = 1024 ** 3;
/** Characters of a path in a message. */
const shown = 200;

/** Bytes of a path that every engine keeps, whatever folder of its own it puts in front: the kernel takes 4,095 in all. */
export const longestPath = 3900;

/**
 * Throws for files that an image would not hold as they are: they are never
 * captured in silence. `folder` is where the engine keeps them: it puts that in
 * front of each path, and leaves out without a word what is too long then.
 */
export function refuseUnkept(rows: readonly Row[], folder: string): void {
  const state = 'Nothing was captured; the workspace is as it was.';
  const reserved = rows.filter(({ path, type }) => type !== 'w' && /(^|\/)\.wh\.[^/]*$/.test(path));
  if (reserved.length > 0) {
    throw new DevenvError('RESERVED_NAME', `In an image ${show(reserved)} would delete another file.`, {
      hint: 'Rename it, or list it under `commit.exclude` in devenv.yaml.',
      state,
      data: { paths: reserved.map(({ path }) => `/${cleanText(path)}`) },
    });
  }
  const limit = Math.min(longestPath, 4080 - folder.length);
  const long = rows.filter(({ path, type }) => type !== 'w' && path.length >= limit);
  if (long.length > 0) {
    throw new DevenvError('LONG_PATH', `Engines lose paths of more than ${String(limit)} bytes: ${show(long)}.`, {
      hint: 'Move it up, or list a folder above it under `commit.exclude` in devenv.yaml.',
      state,
      data: { paths: long.map(({ path }) => `/${cleanText(path)}`) },
    });
  }
  const sparse = rows.filter(({ type, size, allocated }) => type === 'f' && size > big && allocated < size / 2);
  if (sparse.length === 0) return;
  throw new DevenvError('SPARSE_FILE', `In an image ${show(sparse)} would take its full size: it is mostly holes.`, {
    hint: 'Delete it, or list it under `commit.exclude` in devenv.yaml.',
    state,
    data: { files: sparse.map(({ path, size, allocated }) => ({ path: `/${cleanText(path)}`, size, allocated })) },
  });
}

function show([first, ...more]: readonly Row[]): string {
  const size = first !== undefined && first.size > big ? ` (${(first.size / big).toFixed(1)} GB)` : '';
  const rest = more.length === 0 ? '' : ` and ${String(more.length)} more`;
  const path = cleanText(Buffer.from(first?.path ?? '', 'latin1').toString('utf8'));
  return `/${path.length > shown ? `${path.slice(0, shown)}…` : path}${size}${rest}`;
}
