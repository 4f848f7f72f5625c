import { resolve } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import { openBundle, type Bundle } from './open-bundle.ts';

/** Opens the bundle at a path, which counts from the folder of the command. Throws FILE_UNREADABLE, BUNDLE_INVALID. */
export async function withBundle<T>(
  context: Pick<Context, 'folder' | 'largeFiles'>,
  path: string,
  work: (bundle: Bundle) => Promise<T>,
): Promise<T> {
  const file = await (await context.largeFiles()).open(resolve(context.folder, path));
  if (file === undefined) throw new DevenvError('FILE_UNREADABLE', `There is no file ${path}.`, { data: { path } });
  try {
    return await work(await openBundle(file, path));
  } finally {
    await file.close();
  }
}
