import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { HostFiles } from '../../ports/host-files.ts';

/** The git repository that a folder is in. */
export interface Repository {
  /** Folder that holds `.git`. */
  readonly top: string;
  /** Where its own data lies. Absent when `.git` leads to a place that does not lead back. */
  readonly folder?: string;
  /** Where its configuration lies: another folder in a worktree. Absent as `folder` is. */
  readonly common?: string;
}

/** Bytes of a file that holds a path. */
const limit = 8_192;

/**
 * Looks upwards for a `.git` without asking git, which would read the
 * repository's configuration. A `.git` that is a file or a link is the
 * project's word: it counts only when it leads to a worktree's folder that
 * names this very `.git`, which nobody could have written from here.
 */
export async function findRepository(files: HostFiles, start: string): Promise<Repository | undefined> {
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

async function followFile(files: HostFiles, place: string): Promise<Pick<Repository, 'folder' | 'common'>> {
  const read = async (path: string): Promise<string> =>
    ((await files.readText(path, limit).catch(() => undefined)) ?? '').trimEnd();
  const named = /^gitdir: (.+)/.exec(await read(place))?.[1];
  if (named === undefined) return {};
  const folder = resolve(dirname(place), named);
  const back = await read(join(folder, 'gitdir'));
  if (back === '' || resolveReal(back) !== resolveReal(place)) return {};
  return { folder, common: resolve(folder, (await read(join(folder, 'commondir'))) || '.') };
}

function resolveReal(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
