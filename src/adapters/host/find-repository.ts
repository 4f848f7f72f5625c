import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { HostFiles } from '../../ports/host-files.ts';
import { resolveReal } from './trusted-programs.ts';

/** A git repository. */
export interface GitFolders {
  /** The folder with `.git`. */
  readonly top: string;
  /** Its git directory. Absent if `.git` names a folder that is not the record of this worktree in its repository. */
  readonly folder?: string;
  /** The folder of its configuration: another one in a worktree. Absent like `folder`. */
  readonly common?: string;
}

/** Bytes of a file with a path. */
const limit = 8_192;

/**
 * Finds the repository of a folder without git, which would read the
 * repository's configuration. A `.git` that is a file may come from a workspace:
 * it counts only if it names a worktree's folder that names this `.git` and lies
 * in the repository that it names.
 */
export async function findRepository(files: HostFiles, start: string): Promise<GitFolders | undefined> {
  for (let top = start; ; top = dirname(top)) {
    const place = join(top, '.git');
    const entry = lstatSync(place, { throwIfNoEntry: false });
    if (entry?.isDirectory() === true) {
      if (existsSync(join(place, 'HEAD'))) return { top, folder: place, common: place };
    } else if (entry !== undefined) {
      return { top, ...(entry.isFile() && (await followFile(files, place))) };
    }
    if (dirname(top) === top) return undefined;
  }
}

async function followFile(files: HostFiles, place: string): Promise<Pick<GitFolders, 'folder' | 'common'>> {
  const read = async (path: string): Promise<string> =>
    ((await files.readText(path, limit).catch(() => undefined)) ?? '').trimEnd();
  const named = /^gitdir: (.+)/.exec(await read(place))?.[1];
  if (named === undefined) return {};
  const folder = resolve(dirname(place), named);
  const back = await read(join(folder, 'gitdir'));
  if (back === '' || resolveReal(back) !== resolveReal(place)) return {};
  // Where git puts the record of a worktree: the record could name any other folder.
  const real = resolveReal(folder) ?? folder;
  const common = resolve(folder, (await read(join(folder, 'commondir'))) || '.');
  if (basename(dirname(real)) !== 'worktrees' || resolveReal(common) !== dirname(dirname(real))) return {};
  return { folder, common };
}
