import { ArchiveRefused, parsePax, parsePaxSize, parseTarHeader } from '../../model/tar/tar-header.ts';
import type { LargeFile } from '../../ports/large-files.ts';

export interface BundleEntry {
  /** Offset of its content in the file, in bytes. */
  readonly position: number;
  readonly size: number;
}

const block = 512;
/** Enough for thousands of versions. */
const mostEntries = 10_000;
const recordLimit = 64 * 1024;
/** Bytes. Writers of tars fill up the last record. */
const mostPadding = 64 * 1024;

/** Paths that a bundle may hold: none leads out of it, and no file has two. */
const names = /^(?:oci-layout|index\.json|manifest\.json|blobs\/sha256\/[0-9a-f]{64})$/;

/** Finds the files of a bundle by their headers, from one to the next. Throws `refuse` for anything else. */
export async function listEntries(
  file: LargeFile,
  refuse: (why: string) => Error,
): Promise<ReadonlyMap<string, BundleEntry>> {
  const entries = new Map<string, BundleEntry>();
  let large: number | undefined;
  let headers = 0;
  let at = 0;
  for (;;) {
    const raw = await file.read(at, block);
    if (raw.length < block) throw refuse('it ends early');
    if (raw.every((byte) => byte === 0)) break;
    if (++headers > mostEntries * 2) throw refuse(`it has more than ${String(mostEntries)} files`);
    const header = parse(() => parseTarHeader(raw), refuse);
    const { path, type } = header;
    const size = type === 'x' ? header.size : (large ?? header.size);
    const next = at + block + Math.ceil(size / block) * block;
    if (!Number.isSafeInteger(next) || next > file.size) throw refuse('it ends early');
    if (type === 'x') {
      if (size > recordLimit) throw refuse('a record in it is too long');
      const record = parsePax(await file.read(at + block, size));
      for (const key of Object.keys(record))
        if (key !== 'comment' && key !== 'size') throw refuse(`it has a record ${JSON.stringify(key.slice(0, 40))}`);
      const { size: told } = record;
      large = told === undefined ? undefined : parse(() => parsePaxSize(told), refuse);
    } else {
      large = undefined;
      if (type !== '0') throw refuse(`${JSON.stringify(path.slice(0, 100))} is not a regular file`);
      if (!names.test(path)) throw refuse(`it has a file ${JSON.stringify(path.slice(0, 100))}`);
      if (entries.has(path)) throw refuse(`it has ${path} twice`);
      if (entries.size >= mostEntries) throw refuse(`it has more than ${String(mostEntries)} files`);
      entries.set(path, { position: at + block, size });
    }
    at = next;
  }
  const rest = file.size - at;
  if (rest > mostPadding || !(await file.read(at, rest)).every((byte) => byte === 0))
    throw refuse('something follows its end');
  return entries;
}

function parse<T>(read: () => T, refuse: (why: string) => Error): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ArchiveRefused ? refuse(error.message) : error;
  }
}
