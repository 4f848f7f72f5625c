import { DevenvError } from '../errors/devenv-error.ts';
import { cleanText } from './clean-text.ts';
import type { Row } from './read-rows.ts';

const big = 1024 ** 3;

/** Throws for files that an image would not hold as they are: they are never captured in silence. */
export function refuseUnkept(rows: readonly Row[]): void {
  const state = 'Nothing was captured; the workspace is as it was.';
  const reserved = rows.filter(({ path, type }) => type !== 'w' && /(^|\/)\.wh\.[^/]*$/.test(path));
  if (reserved.length > 0) {
    throw new DevenvError('RESERVED_NAME', `In an image ${show(reserved)} would delete another file.`, {
      hint: 'Rename it, or list it under `commit.exclude` in devenv.yaml.',
      state,
      data: { paths: reserved.map(({ path }) => `/${cleanText(path)}`) },
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
  return `/${cleanText(Buffer.from(first?.path ?? '', 'latin1').toString('utf8'))}${size}${rest}`;
}
