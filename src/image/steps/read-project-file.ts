import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';

interface ProjectFile {
  /** Bytes. */
  readonly size: number;
  /** Readable once. Throws at its end if the content does not have the expected hash. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Opens a file of the project that is copied into an image. A link may lead to
 * another file of the project, not out of it. `hash`: the sha256 of the plan.
 * Throws FILE_UNREADABLE, CONTENT_MISMATCH.
 */
export async function readProjectFile(folder: string, path: string, hash: string | undefined): Promise<ProjectFile> {
  const root = await realpath(folder);
  const target = await realpath(join(root, path)).catch((error: unknown) => refuse(path, 'cannot be read', error));
  if (!target.startsWith(root + sep)) refuse(path, 'leads out of the project');
  // Without O_NONBLOCK, opening a fifo would wait for ever.
  const handle = await open(target, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) =>
    refuse(path, 'cannot be read', error),
  );
  const stats: Stats = await handle.stat();
  const reason = !stats.isFile()
    ? 'is not a file'
    : (await liesIn(root, target, handle))
      ? undefined
      : 'leads out of the project';
  if (reason !== undefined) {
    await handle.close();
    refuse(path, reason);
  }
  return { size: stats.size, content: readChecked(handle, path, hash) };
}

/** Checks the file that was opened: its path may have become a link meanwhile. */
async function liesIn(root: string, target: string, { fd }: FileHandle): Promise<boolean> {
  const place = process.platform === 'linux' ? readlink(`/proc/self/fd/${String(fd)}`) : realpath(target);
  return (await place.catch(() => '')).startsWith(root + sep);
}

async function* readChecked(
  handle: FileHandle,
  path: string,
  expected: string | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      hash.update(chunk as Uint8Array);
      yield chunk as Uint8Array;
    }
  } finally {
    await handle.close();
  }
  if (expected !== undefined && hash.digest('hex') !== expected) {
    throw new DevenvError('CONTENT_MISMATCH', `${path} changed while it was copied.`, {
      hint: 'Run the same command again.',
    });
  }
}

function refuse(path: string, why: string, cause?: unknown): never {
  throw new DevenvError('FILE_UNREADABLE', `The project file ${path} ${why}.`, {
    hint: 'Correct it, or its path in devenv.yaml.',
    cause,
  });
}
