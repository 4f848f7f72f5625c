import { createHash } from 'node:crypto';
import { mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { CommandFiles, TakenFiles } from '../../ports/command-files.ts';
import { readFrom } from './node-host-files.ts';
import { makePrivateFolder } from './make-private-folder.ts';
import { findCacheFolder } from './xdg.ts';

/** Bytes of all files of a command together. */
const limit = 16 * 1024 * 1024;

/** Separates paths in words like `--file=a`, `@a` and shell commands. */
const separators = /[\s'"`;&|()<>=,:@{}$]+/;

interface TakenFile {
  readonly path: string;
  readonly executable: boolean;
  readonly bytes: Uint8Array;
}

/** CommandFiles over node:fs. */
export const projectCommandFiles: CommandFiles = {
  async take(folder, words) {
    const root = await realpath(folder);
    const paths = await listPaths([folder, root], words);
    let left = limit;
    const files: TakenFile[] = [];
    for (const path of paths) {
      const file = await readProjectFile(root, path, left);
      if (file === undefined) continue;
      left -= file.bytes.length;
      files.push(file);
    }
    const use: TakenFiles['use'] = async (run) => {
      const copy = await makePrivateFolder('command-', folder, [findCacheFolder(), tmpdir(), '/tmp']);
      try {
        for (const { path, executable, bytes } of files) {
          await mkdir(dirname(join(copy, path)), { recursive: true, mode: 0o700 });
          await writeFile(join(copy, path), bytes, { mode: executable ? 0o700 : 0o600 });
        }
        return await run(copy, await Promise.all(words.map((word) => redirect(word, [folder, root], copy))));
      } finally {
        await rm(copy, { recursive: true, force: true });
      }
    };
    return { paths: files.map(({ path }) => path), ...(files.length > 0 && { digest: digestOf(files) }), use };
  },
};

/** Possible paths of files in the project, sorted. */
async function listPaths(roots: readonly string[], words: readonly string[]): Promise<readonly string[]> {
  const [folder = '', root = ''] = roots;
  const found = new Set<string>();
  for (const part of words.flatMap((word) => [word, ...word.split(separators)])) {
    if (part === '' || part.includes('\0')) continue;
    const place = isAbsolute(part) ? await leadIn(part, roots) : resolve(folder, part);
    if (place === undefined) continue;
    for (const base of [folder, root]) {
      const path = relative(base, place);
      if (path !== '' && path !== '..' && !path.startsWith('../') && !isAbsolute(path)) found.add(path);
    }
  }
  return [...found].sort();
}

/** The path in the project that an absolute path names, directly or by links. */
async function leadIn(path: string, roots: readonly string[]): Promise<string | undefined> {
  if (roots.some((root) => path.startsWith(`${root}/`))) return path;
  const real = await realpath(path).catch(() => undefined);
  return real !== undefined && roots.some((root) => real.startsWith(`${root}/`)) ? real : undefined;
}

/** Replaces absolute paths into the project by paths into the copy. */
async function redirect(word: string, roots: readonly string[], copy: string): Promise<string> {
  const target = isAbsolute(word) ? await leadIn(word, roots) : undefined;
  return roots.reduce((text, root) => text.replaceAll(`${root}/`, `${copy}/`), target ?? word);
}

async function readProjectFile(root: string, path: string, left: number): Promise<TakenFile | undefined> {
  const place = join(root, path);
  const found = await stat(place).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return undefined;
  return readFrom(place, root, async (file, entry) => {
    if (entry.size > left) {
      throw new DevenvError('FILE_UNREADABLE', `A command of devenv.yaml names ${path}: its files are over 16 MB.`);
    }
    return { path, executable: (entry.mode & 0o111) !== 0, bytes: await file.readFile() };
  });
}

function digestOf(files: readonly TakenFile[]): string {
  const hash = createHash('sha256');
  for (const { path, executable, bytes } of files) {
    hash
      .update(`${String(Buffer.byteLength(path))} ${String(executable)} ${String(bytes.length)}\n${path}`)
      .update(bytes);
  }
  return hash.digest('hex');
}
