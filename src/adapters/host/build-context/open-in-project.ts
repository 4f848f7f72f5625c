import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { liesIn } from '../node-host-files.ts';
import { unreadable } from './walk-context.ts';

/** An opened file; its content is readable once, which closes it. */
interface OpenedFile {
  /** Bytes. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Opens a regular file of the project. The file itself is checked after it was
 * opened: the workspace can put a link into its path at any moment. Throws
 * FILE_UNREADABLE.
 */
export async function openInProject(project: string, path: string): Promise<OpenedFile> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  const place = join(project, path);
  const handle = await open(place, flags).catch((error: unknown) => {
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  });
  const stats = await handle.stat();
  if (stats.isFile() && (await liesIn(project, place, handle))) return { size: stats.size, content: readAll(handle) };
  await handle.close();
  throw unreadable(path, stats.isFile() ? 'a link leads out of the project' : 'it is not a file');
}

async function* readAll(handle: FileHandle): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false })) yield chunk as Uint8Array;
  } finally {
    await handle.close();
  }
}
