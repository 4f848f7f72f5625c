import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { ContextHashes, ContextRequest } from '../../../ports/build/build-contexts.ts';
import { makeFolders } from '../make-folders.ts';
import { openInProject } from './open-in-project.ts';
import { walkContext, type WalkedEntry } from './walk-context.ts';

/** Milliseconds. A file that changed just now may change again under the same date. */
const settled = 2_000;

/** What the cache knows of a context. Its key stands in a file of its own: an unchanged context needs no more. */
interface Known {
  /** Path → marks of its inode and dates, and the hash of its content. */
  readonly files: Readonly<Record<string, readonly [marks: string, hash: string]>>;
}

/** Hashes a context by groups. `folder`: for the cache. `limit`: entries at most. */
export async function hashContext(request: ContextRequest, folder: string, limit: number): Promise<ContextHashes> {
  const now = Date.now();
  const entries = [...walkContext(request, limit)];
  const key = sha256(entries.map((entry) => `${entry.path}\0${entry.target}\0${marksOf(entry)}`).join('\n'));
  const name = join(folder, sha256(JSON.stringify([request.project, request.context, request.rules])).slice(0, 32));
  const last = readJson<{ readonly key: string; readonly hashes: ContextHashes }>(`${name}.json`);
  if (last?.key === key) return last.hashes;
  const { files: known = {} } = readJson<Known>(`${name}.files.json`) ?? {};
  const files: Record<string, readonly [string, string]> = {};
  const groups = new Map<string, string[]>();
  for (const entry of entries) {
    if (!entry.taken) continue;
    const { path, stats, kind, target } = entry;
    const marks = marksOf(entry);
    const found = Object.hasOwn(known, path) ? known[path] : undefined;
    const content = kind !== 'file' ? target : found?.[0] === marks ? found[1] : await hashFile(request, entry.path);
    if (kind === 'file' && isSettled(stats, now)) files[path] = [marks, content];
    const line = JSON.stringify([path, kind, kind === 'link' ? 0 : stats.mode & 0o7777, content]);
    const group = request.groupOf(path);
    const lines = groups.get(group);
    if (lines === undefined) groups.set(group, [line]);
    else lines.push(line);
  }
  const hashes: ContextHashes = {
    groups: Object.fromEntries(
      [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, lines]) => [group, sha256(lines.join('\n'))]),
    ),
    links: entries.flatMap(({ path, kind }) => (kind === 'link' ? [path] : [])),
  };
  write(folder, `${name}.files.json`, { files });
  if (entries.every(({ kind, stats }) => kind === 'folder' || isSettled(stats, now)))
    write(folder, `${name}.json`, { key, hashes });
  return hashes;
}

/** The date of the last change of an inode cannot be set by programs. Those of a folder say nothing of the files that belong to the build. */
function marksOf({ kind, stats: { ino, size, mode, mtimeMs, ctimeMs } }: WalkedEntry): string {
  return kind === 'folder' ? String(mode) : [ino, size, mode, mtimeMs, ctimeMs].join(' ');
}

const isSettled = ({ ctimeMs }: Stats, now: number): boolean => now - ctimeMs > settled;

async function hashFile({ project, context }: ContextRequest, path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of (await openInProject(project, join(context, path))).content) hash.update(chunk);
  return hash.digest('hex');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written makes the next command slower, and nothing else. */
function write(folder: string, path: string, value: unknown): void {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  try {
    makeFolders(folder);
    writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
    renameSync(temporary, path);
  } catch {
    return;
  }
}
