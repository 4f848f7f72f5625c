import { createHash } from 'node:crypto';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { HostFiles, OpenFile } from '../../ports/host-files.ts';

/**
 * Opens a file of the project that is copied into an image. A link may lead to
 * another file of the project, not out of it. `expected`: the sha256 of the plan;
 * reading throws CONTENT_MISMATCH at the end of another content. Throws FILE_UNREADABLE.
 */
export async function openProjectFile(
  files: Pick<HostFiles, 'open'>,
  folder: string,
  path: string,
  expected: string | undefined,
): Promise<OpenFile> {
  const file = await files.open(`${folder}/${path}`, folder);
  if (file === undefined)
    throw new DevenvError('FILE_UNREADABLE', `The project file ${path} does not exist.`, {
      hint: 'Add it, or correct its path in devenv.yaml.',
    });
  return { size: file.size, content: check(file.content, path, expected) };
}

async function* check(
  content: AsyncIterable<Uint8Array>,
  path: string,
  expected: string | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
  if (expected !== undefined && hash.digest('hex') !== expected) {
    throw new DevenvError('CONTENT_MISMATCH', `${path} changed while it was copied.`, {
      hint: 'Run the same command again.',
    });
  }
}
