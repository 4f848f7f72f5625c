import type { Finding } from '../model/finding.ts';
import type { ChangedEntry, Changes } from '../ports/changes.ts';
import { FileScanner } from '../secrets/file-scanner.ts';
import { printPath } from '../secrets/path-text.ts';
import { findPackaged } from './find-packaged.ts';

export interface ScanRequest {
  readonly container: string;
  /** Engine time: only what changed after it. */
  readonly since?: string;
  /** True for a path that the version is not to have. One character per byte. */
  readonly leaveOut: (path: string) => boolean;
}

export interface SecretScan {
  readonly findings: readonly Finding[];
  /** Files of which only the beginning was searched, escaped. */
  readonly truncated: readonly string[];
  /** Paths that the workspace has no more, and its version still has; bytes. */
  readonly deleted: readonly Uint8Array[];
}

/** So many say enough, and a million would not fit into memory. */
const most = 1000;

/**
 * Searches what a container changed for secrets: where files lie and what
 * they hold. What an installed package brought itself, unchanged, is known to
 * everybody and no finding.
 */
export async function scanSecrets(changes: Changes, request: ScanRequest): Promise<SecretScan> {
  const scanner = new FileScanner();
  const findings: { readonly path: string; readonly finding: Finding }[] = [];
  const truncated: string[] = [];
  const deleted: Uint8Array[] = [];
  for await (const entry of readKept(changes, request)) {
    if (entry.kind === 'deleted' && deleted.length < most) deleted.push(Uint8Array.from(entry.path));
    if (entry.kind !== 'file' || findings.length >= most) continue;
    const scan = await scanner.scan(entry.path, entry.content);
    const path = toLatin1(entry.path);
    for (const finding of scan.findings) findings.push({ path, finding });
    if (scan.truncated && truncated.length < most) truncated.push(printPath(entry.path));
  }
  const packaged = await findPackaged(changes, request, new Set(findings.map(({ path }) => path)));
  return {
    findings: findings.filter(({ path }) => !packaged.has(path)).map(({ finding }) => finding),
    truncated,
    deleted,
  };
}

async function* readKept(changes: Changes, { container, since, leaveOut }: ScanRequest): AsyncGenerator<ChangedEntry> {
  for await (const entry of changes.read(container, since === undefined ? {} : { since })) {
    if (!leaveOut(toLatin1(entry.path))) yield entry;
  }
}

function toLatin1(path: Uint8Array): string {
  return Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString('latin1');
}
