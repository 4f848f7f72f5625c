import { toPath } from '../changes/entry-table.ts';
import type { ChangedEntry, FileReading } from '../../../ports/changes.ts';
import type { Entry } from '../changes/entry-table.ts';
import type { StorageHelper } from './storage-helper.ts';
import type { Wanted } from './storage-request.ts';

/** Reads the wanted files among entries of a folder that a helper sees, and lists the deletions. */
export async function* readEntries(
  helper: StorageHelper,
  root: string,
  entries: Iterable<Entry>,
  options: FileReading,
): AsyncGenerator<ChangedEntry> {
  const { limit } = options;
  /** Sizes of files that are longer than the part that is read. */
  const sizes = new Map<string, number>();
  function* listWanted(): Generator<Wanted> {
    for (const { kind, type, path, size } of entries) {
      const mode = kind === 'hidden' || type !== 'f' ? 'none' : options.want(toPath(path));
      if (mode === 'none') continue;
      if (size > limit) sizes.set(path, size);
      yield { path, mode };
    }
    options.onAsked?.();
  }
  for await (const { path, content } of helper.readFiles(root, options, listWanted())) {
    yield { kind: 'file', path: toPath(path), size: sizes.get(path) ?? 0, content };
    sizes.delete(path);
  }
  for (const [path, size] of sizes) yield { kind: 'file', path: toPath(path), size, content: nothing() };
  for (const { kind, path } of entries) {
    if (kind === 'hidden') yield { kind: 'deleted', path: toPath(path), size: 0, content: nothing() };
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A deletion has no content.
}
