import { join } from 'node:path';
import type { HostFiles } from '../../../ports/host-files.ts';
import { findRepository } from '../find-repository.ts';

/** Bytes of a file with a name or an id, and of the list of packed names. */
const [nameLimit, listLimit] = [4096, 16 * 1024 * 1024];

/**
 * The id of the commit that a folder's repository has checked out, by files
 * alone: git would read the repository's configuration. Absent if there is none,
 * or git keeps names in another form than files.
 */
export async function readHead(files: HostFiles, folder: string): Promise<string | undefined> {
  const repository = await findRepository(files, folder);
  if (repository?.folder === undefined || repository.common === undefined) return undefined;
  const { folder: own, common } = repository;
  const read = (top: string, path: string, limit = nameLimit): Promise<string> =>
    files.readText(join(top, path), limit, top).then(
      (text) => text ?? '',
      () => '',
    );
  const head = await read(own, 'HEAD');
  const name = /^ref: (refs\/[\w./+@#=-]{1,240})\n?$/.exec(head)?.[1];
  if (name === undefined) return idOf(head);
  if (name.split('/').includes('..')) return undefined;
  const loose = idOf(await read(common, name));
  if (loose !== undefined) return loose;
  const packed = await read(common, 'packed-refs', listLimit);
  return idOf(
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${name}`))
      ?.split(' ')[0],
  );
}

const idOf = (text = ''): string | undefined => /^([0-9a-f]{40}|[0-9a-f]{64})\s*$/.exec(text)?.[1];
