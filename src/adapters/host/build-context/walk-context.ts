import { lstatSync, readdirSync, readlinkSync, type Dirent, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { ContextRequest } from '../../../ports/build/build-contexts.ts';

/** A file, a folder or a link of a context. */
export interface WalkedEntry {
  /** Relative to the context. */
  readonly path: string;
  readonly stats: Stats;
  readonly kind: 'file' | 'folder' | 'link';
  /** Of a link. */
  readonly target: string;
  /** False for links that do not belong to the build, and for folders that were only read. */
  readonly taken: boolean;
}

/** Entries, and milliseconds, that are counted for the error at most. */
const [countLimit, countTime] = [5_000_000, 1000];

/** Milliseconds without a look at the rest of the program. */
const longestTurn = 50;

/**
 * The entries of a build, folders before what they hold, the context itself
 * first with an empty path. Sockets, fifos and devices are left
 * out, as Docker does. `limit`: entries at most. Reads synchronously: three times as fast for thousands of files.
 * Others have their turn in between, also while nothing is taken.
 * Throws CONTEXT_TOO_LARGE, FILE_UNREADABLE.
 */
export async function* walkContext(request: ContextRequest, limit: number): AsyncGenerator<WalkedEntry> {
  let begun = performance.now();
  for (const entry of walkAll(request, limit)) {
    if (performance.now() - begun > longestTurn) {
      await setImmediate();
      begun = performance.now();
    }
    if (entry !== undefined) yield entry;
  }
}

/** With `undefined` for what is not taken. */
function* walkAll(request: ContextRequest, limit: number): Generator<WalkedEntry | undefined> {
  const root = join(request.project, request.context);
  let count = 0;
  const note = (path: string, kind: WalkedEntry['kind'], taken: boolean): WalkedEntry => {
    if (taken && (count += 1) > limit) throw tooLarge(request, root, limit);
    if (path.includes('\ufffd')) throw unreadable(path, 'its name is not UTF-8');
    const place = join(root, path);
    return { path, kind, taken, stats: lstatSync(place), target: kind === 'link' ? readlinkSync(place) : '' };
  };
  function* walk(folder: string): Generator<WalkedEntry | undefined> {
    for (const entry of list(root, folder)) {
      yield undefined;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const taken = request.takes(path);
      if (entry.isFile()) {
        if (taken) yield note(path, 'file', true);
      } else if (entry.isSymbolicLink()) {
        if (taken || request.enters(path)) yield note(path, 'link', taken);
      } else if (entry.isDirectory()) {
        const enters = request.enters(path);
        if (taken || enters) yield note(path, 'folder', taken);
        if (enters) yield* walk(path);
      }
    }
  }
  try {
    yield note('', 'folder', false);
    yield* walk('');
  } catch (error) {
    if (error instanceof DevenvError) throw error;
    const { path = root, message } = error as NodeJS.ErrnoException;
    throw unreadable(path, message, error);
  }
}

function list(root: string, folder: string): Dirent[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const unreadable = (path: string, why: string, cause?: unknown): DevenvError =>
  new DevenvError('FILE_UNREADABLE', `${path} of the build context cannot be read: ${why}.`, {
    hint: 'Correct it, or leave it out by a line in .dockerignore.',
    cause,
  });

/** Counts what the context has, and names the folders with most of it. */
function tooLarge(request: ContextRequest, root: string, limit: number): DevenvError {
  const counts = new Map<string, number>();
  let total = 0;
  const begun = performance.now();
  const isOver = (): boolean => total > countLimit || performance.now() - begun > countTime;
  const count = (folder: string, top: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const under = top === '' ? entry.name : top;
      if (isOver()) return;
      if (entry.isDirectory() && request.enters(path)) count(path, under);
      if (!request.takes(path)) continue;
      total += 1;
      counts.set(under, (counts.get(under) ?? 0) + 1);
    }
  };
  count('', '');
  const largest = [...counts].sort(([, a], [, b]) => b - a).slice(0, 3);
  const counted = Math.max(total, limit + 1);
  const size = isOver() ? `more than ${(counted - 1).toLocaleString('en')}` : counted.toLocaleString('en');
  const where = largest.map(([name, files]) => `${name} ${files.toLocaleString('en')}`).join(', ');
  return new DevenvError(
    'CONTEXT_TOO_LARGE',
    `The build context ${request.context} has ${size} files (${where}), and at most ${limit.toLocaleString('en')} are sent.`,
    { data: { files: total, limit } },
  );
}
