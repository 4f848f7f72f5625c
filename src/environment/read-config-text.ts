import { DevenvError } from '../errors/devenv-error.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** Bytes of a file that people write, and of the lock, by the error for a larger one. */
const limits = { CONFIG_INVALID: 256 * 1024, LOCK_INVALID: 4 * 1024 * 1024 } as const;

/** The text of a configuration file or lock; absent if there is none. Throws `code` if it is too large. */
export async function readConfigText(
  files: Pick<HostFiles, 'readText'>,
  code: keyof typeof limits,
  path: string,
  within?: string,
): Promise<string | undefined> {
  const limit = limits[code];
  try {
    return await files.readText(path, limit, within);
  } catch (error) {
    if (!(error instanceof DevenvError) || error.data?.['limit'] !== limit) throw error;
    throw new DevenvError(code, `the file is larger than ${String(limit / 1024)} kB`, { at: path, cause: error });
  }
}
