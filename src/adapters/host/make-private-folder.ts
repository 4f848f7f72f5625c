import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { makeFolders } from './make-folders.ts';

/** Makes a folder that only this user can write, in the first usable place outside of the project. */
export async function makePrivateFolder(
  prefix: string,
  project: string,
  places: readonly string[] = [tmpdir(), '/tmp'],
): Promise<string> {
  const root = await realpath(project);
  let cause: unknown;
  for (const place of places) {
    try {
      makeFolders(place);
      const real = await realpath(place);
      if (!`${real}${sep}`.startsWith(root.endsWith(sep) ? root : root + sep)) return await mkdtemp(join(real, prefix));
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`No folder outside of the project can be written: ${places.join(', ')}`, { cause });
}
