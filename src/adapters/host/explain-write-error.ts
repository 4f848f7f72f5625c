import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EROFS: 'the disk is mounted read-only',
  EACCES: 'you may not write there',
  EPERM: 'the system does not allow it',
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a link',
  EIO: 'the disk reports an error',
};

const hints: Readonly<Record<string, string>> = {
  ENOSPC: 'Free some space there and run the same command again.',
  NO_HOME: 'Set HOME, or XDG_STATE_HOME and XDG_CACHE_HOME, to a folder that can be written.',
};

/** FILE_UNWRITABLE with the file, the reason, the disk and the state of the file. Keeps a DevenvError. */
export const explainWriteError = async (
  path: string,
  error: unknown,
  state = `The previous content of ${path} is intact.`,
): Promise<DevenvError> => {
  if (error instanceof DevenvError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = reasons[code] ?? (error instanceof Error ? error.message : String(error));
  const disk = ['ENOSPC', 'EROFS', 'EIO', 'EDQUOT'].includes(code) ? await findMountPoint(dirname(path)) : undefined;
  return new DevenvError('FILE_UNWRITABLE', `${path} cannot be written: ${reason}${disk ? ` (${disk})` : ''}.`, {
    state,
    hint: hints[code] ?? '',
    data: { path, reason: code },
    cause: error,
  });
};

/** The mount point of a folder; undefined if the system has no list of mounts. */
const findMountPoint = async (folder: string): Promise<string | undefined> => {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const points = table.split('\n').map((row) => (row.split(' ')[4] ?? '').replaceAll('\\040', ' '));
  const above = points.filter((point) => point === '/' || folder === point || folder.startsWith(`${point}/`));
  return above.filter((point) => point !== '').sort((a, b) => b.length - a.length)[0];
};
