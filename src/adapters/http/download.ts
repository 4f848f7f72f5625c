import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { explainWriteError } from '../host/explain-write-error.ts';
import { fetchPatiently } from './fetch-patiently.ts';

type Options = Omit<Parameters<typeof fetchPatiently>[1], 'begin' | 'receive'>;

/** Writes what is at an address to a path. Returns the hash of it; undefined for 404. Throws as `fetchPatiently`, and FILE_UNWRITABLE. */
export async function downloadFile(
  address: string,
  path: string,
  algorithm: 'sha256' | 'sha512',
  options: Options,
): Promise<Hash | undefined> {
  let hash = createHash(algorithm);
  let file: FileHandle | undefined;
  const explain = async (error: unknown): Promise<never> => {
    throw await explainWriteError(path, error);
  };
  try {
    const found = await fetchPatiently(address, {
      ...options,
      begin: async () => {
        await file?.close();
        file = await open(path, 'w').catch(explain);
        hash = createHash(algorithm);
      },
      receive: async (chunk) => {
        hash.update(chunk);
        await file?.writeFile(chunk).catch(explain);
      },
    });
    return found ? hash : undefined;
  } finally {
    await file?.close();
  }
}

/** What is at an address; undefined for 404. Throws as `fetchPatiently`. */
export async function downloadBytes(address: string, options: Options): Promise<Buffer | undefined> {
  let chunks: Uint8Array[] = [];
  const found = await fetchPatiently(address, {
    ...options,
    begin: () => void (chunks = []),
    receive: (chunk) => void chunks.push(chunk),
  });
  return found ? Buffer.concat(chunks) : undefined;
}
