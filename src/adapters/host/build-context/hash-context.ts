import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, writeFileSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { ContextHashes, ContextRequest } from '../../../ports/build/build-contexts.ts';
import { makeFolders } from '../make-folders.ts';
import { openInProject } from './open-in-project.ts';
import { walkContext, type WalkedEntry } from './walk-context.ts';

/** Milliseconds. What changed just now may change again under the same date. */
const settled = 2_000;

/** Hashes, and what was there: as long as all of it has the same marks, they hold. */
interface Known {
  readonly hashes: ContextHashes;
  /** Files, links, and the folders that were read. */
  readonly paths: readonly string[];
  /** For each path as `marksOf`, one after the other. */
  readonly marks: readonly number[];
}

/** Path → marks of a file, and the hash of its content. */
type Contents = Readonly<Record<string, readonly [marks: string, hash: string]>>;

/** Hashes a context by groups. `folder`: for the cache. `limit`: entries at most. */
export async function hashContext(request: ContextRequest, folder: string, limit: number): Promise<ContextHashes> {
  const root = join(request.project, request.context);
  const name = join(folder, sha256(JSON.stringify([root, request.rules])).slice(0, 32));
  const known = readJson<Known>(`${name}.json`);
  if (known !== undefined && isUnchanged(root, known)) return known.hashes;
  const now = Date.now();
  const entries: WalkedEntry[] = [];
  for await (const entry of walkContext(request, limit)) entries.push(entry);
  const before = readJson<Contents>(`${name}.files.json`) ?? {};
  const contents: Record<string, readonly [string, string]> = {};
  const groups = new Map<string, string[]>();
  for (const entry of entries) {
    const { path, stats, kind, target, taken } = entry;
    if (!taken || kind === 'folder') continue;
    const marks = marksOf(stats).join(' ');
    const found = Object.hasOwn(before, path) ? before[path] : undefined;
    const content = kind !== 'file' ? target : found?.[0] === marks ? found[1] : await hashFile(request, path);
    if (kind === 'file' && isSettled(stats, now)) contents[path] = [marks, content];
    // Equal in every clone: git keeps no folders, and of a mode only whether a file can be run.
    const line = JSON.stringify([path, kind, kind === 'file' && (stats.mode & 0o100) !== 0, content]);
    const group = request.groupOf(path);
    const lines = groups.get(group);
    if (lines === undefined) groups.set(group, [line]);
    else lines.push(line);
  }
  const named = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  const hashes: ContextHashes = {
    groups: Object.fromEntries(named.map(([group, lines]) => [group, sha256(lines.join('\n'))])),
    links: entries.flatMap(({ path, kind }) => (kind === 'link' ? [path] : [])),
  };
  write(folder, `${name}.files.json`, contents);
  if (entries.every(({ stats }) => isSettled(stats, now))) write(folder, `${name}.json`, describe(hashes, entries));
  return hashes;
}

function describe(hashes: ContextHashes, entries: readonly WalkedEntry[]): Known {
  return {
    hashes,
    paths: entries.map(({ path }) => path),
    marks: entries.flatMap(({ stats }) => marksOf(stats)),
  };
}

/** The date of the last change of an inode cannot be set by programs. That of a folder changes with its entries. */
const marksOf = ({ ino, size, ctimeMs }: Stats): readonly [number, number, number] => [ino, size, ctimeMs];

function isUnchanged(root: string, { paths, marks }: Known): boolean {
  try {
    return paths.every((path, index) => {
      const { ino, size, ctimeMs } = lstatSync(path === '' ? root : `${root}/${path}`);
      const at = index * 3;
      return ino === marks[at] && size === marks[at + 1] && ctimeMs === marks[at + 2];
    });
  } catch {
    return false;
  }
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
