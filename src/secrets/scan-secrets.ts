import type { Finding, Found } from '../model/finding.ts';
import type { Changes } from '../ports/changes.ts';
import { scanLimit, searchedWords } from './content-scanner.ts';
import { chooseReading, FileScanner } from './file-scanner.ts';
import { escapePath, type BytePath } from '../model/byte-path.ts';
import { findPackaged, type ScanRequest } from './find-packaged.ts';

export interface SecretScan {
  readonly findings: readonly Found[];
  /** Files that were searched in part, escaped. */
  readonly truncated: readonly string[];
  /** Paths that the workspace deleted from its version. */
  readonly deleted: readonly BytePath[];
}

/** A limit for memory. */
const most = 1000;

/**
 * Searches the changes of a container for secrets, by path and by content. An
 * unchanged file of an installed package is public: no finding.
 */
export async function scanSecrets(changes: Pick<Changes, 'read'>, request: ScanRequest): Promise<SecretScan> {
  const scanner = new FileScanner();
  const findings: { readonly path: BytePath; readonly finding: Finding }[] = [];
  const truncated: string[] = [];
  const deleted: BytePath[] = [];
  const { container, leaveOut, ...standing } = request;
  const want = (path: BytePath): ReturnType<typeof chooseReading> => (leaveOut(path) ? 'none' : chooseReading(path));
  const options = { ...standing, want, words: searchedWords, limit: scanLimit };
  for await (const entry of changes.read(container, options)) {
    const { path } = entry;
    if (entry.kind === 'deleted') {
      if (deleted.length < most && !leaveOut(path)) deleted.push(path);
      continue;
    }
    if (entry.size > scanLimit && truncated.length < most) truncated.push(escapePath(path));
    if (findings.length >= most) continue;
    for (const finding of (await scanner.scan(path, entry.content)).findings) findings.push({ path, finding });
  }
  const files = await findPackaged(changes, request, new Set(findings.map(({ path }) => path)));
  const found = findings.flatMap(({ path, finding }): readonly Found[] => {
    const file = files.get(path);
    // A file that is gone by now is in no version.
    return file === undefined || file.packaged ? [] : [{ ...finding, content: file.content }];
  });
  // By path, not in the order of reading.
  found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : (a.line ?? 0) - (b.line ?? 0)));
  return { findings: found, truncated, deleted };
}
