import { dirname, relative, resolve } from 'node:path';
import { isOutside } from '../environment/is-outside.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';

/** A link in the project could lead anywhere: whoever writes there, programs in the workspace included, chooses it. */
export async function refuseLinks({ files }: Pick<Context, 'files'>, project: string, folder: string): Promise<void> {
  if (isOutside(project, folder)) return;
  let found = folder;
  while ((await files.kindOf(found)) === undefined && found !== project) found = dirname(found);
  const [inside, at] = await Promise.all([files.realPath(project), files.realPath(found)]);
  if (inside !== undefined && at === resolve(inside, relative(project, found))) return;
  throw new DevenvError('FILE_UNWRITABLE', `${folder} is a link, or lies below one.`, {
    hint: 'Name a folder without links with --output.',
    state: 'Nothing was written.',
  });
}

/** Throws FILE_EXISTS. */
export async function refuseExisting({ files }: Pick<Context, 'files'>, path: string): Promise<void> {
  if ((await files.kindOf(path)) === undefined) return;
  throw new DevenvError('FILE_EXISTS', `${path} exists already.`, { state: 'Nothing was written.' });
}
