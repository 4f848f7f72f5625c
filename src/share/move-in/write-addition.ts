import { dirname, join, sep } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';

/** Lines to add at the end of a file of the project, or a new file. */
export interface Addition {
  readonly path: string;
  /** Absent: there is no such file yet. */
  readonly before?: string;
  readonly lines: readonly string[];
}

/** A file of the project that is not there yet. */
export const newFile = (path: string, text: string): Addition => ({ path, lines: text.replace(/\n$/, '').split('\n') });

/** Adds the lines; what was there keeps every byte. Throws FILE_UNWRITABLE for a place outside of the project. */
export async function writeAddition(context: Context, { path, before = '', lines }: Addition): Promise<void> {
  const place = join(context.folder, path);
  const eol = before.includes('\r\n') ? '\r\n' : '\n';
  const kept = before === '' || before.endsWith('\n') ? before : before + eol;
  await refuseOutside(context, place);
  await context.files.makeFolder(dirname(place), 0o755);
  await context.files.writeAtomic(place, kept + lines.map((line) => line + eol).join(''));
}

/** A folder of the project may be a link that leads out of it. */
async function refuseOutside({ files, folder }: Context, place: string): Promise<void> {
  let above = dirname(place);
  while ((await files.realPath(above)) === undefined && above !== dirname(above)) above = dirname(above);
  const [root, real] = await Promise.all([files.realPath(folder), files.realPath(above)]);
  if (root !== undefined && real !== undefined && `${real}${sep}`.startsWith(root === sep ? sep : `${root}${sep}`))
    return;
  throw new DevenvError('FILE_UNWRITABLE', `${place} is not in the project: a folder above it is a link.`, {
    state: 'It was not written.',
  });
}
