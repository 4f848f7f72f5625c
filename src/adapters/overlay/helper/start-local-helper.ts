import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { sizes, source } from './generated/helper-facts.ts';
import type { StartedHelper } from './helper-dialogue.ts';
import { StorageHelper } from './storage-helper.ts';
import { makeFolders } from '../../host/make-folders.ts';

export interface LocalHelperOptions extends LocalProgram {
  /** Folders of an image's layers, the topmost first: the helper's own root. */
  readonly layers: readonly string[];
  /** A container's upper folder, and its name in that root. */
  readonly upper: string;
  readonly name: string;
  /** Folder of the control group that it may freeze. */
  readonly group?: string;
}

export interface LocalProgram {
  /** Keeps the program. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Starts a helper as a process of this machine, for root: some 0.1 s quicker than
 * a container, with the same rights. Undefined if that fails for any reason: the
 * caller then starts a container.
 */
export async function startLocalHelper(options: LocalHelperOptions): Promise<StorageHelper | undefined> {
  const { layers, upper, name, group } = options;
  const folder = join(upper, '../..');
  const named = layers.map((layer) => relative(folder, layer));
  // Names with the overlay's own separators, or layers elsewhere, are none that engines make.
  if (named.length === 0 || !named.every((layer) => /^[\w-]+\/\w+$/.test(layer))) return undefined;
  const beside = { folder: upper, ...(group !== undefined && { group }) };
  return startProcess(options, beside, (helper) => helper.enter(folder, named.join(':'), upper, name));
}

/** The same with two folders as its root: `/from`, which it can only read, and `/to`. Undefined if that fails. */
export function startLocalPair(options: LocalProgram, from: string, to: string): Promise<StorageHelper | undefined> {
  return startProcess(options, {}, (helper) => helper.pair(from, to));
}

async function startProcess(
  { cacheFolder, signal }: LocalProgram,
  beside: Pick<StartedHelper, 'folder' | 'group'>,
  confine: (helper: StorageHelper) => Promise<void>,
): Promise<StorageHelper | undefined> {
  const program = await provideProgram(cacheFolder).catch(() => undefined);
  if (program === undefined) return undefined;
  // In a process group of its own: devenv handles Ctrl-C.
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'ignore'], cwd: '/', env: {}, detached: true });
  const [input, output] = [child.stdin, child.stdout];
  input.on('error', () => undefined);
  output.on('error', () => undefined);
  child.on('error', () => undefined);
  const leave = (): void => {
    output.destroy(new DevenvError('INTERRUPTED', 'Interrupted while the storage was to be read.'));
    child.kill('SIGKILL');
  };
  signal?.addEventListener('abort', leave, { once: true });
  const close = (): void => {
    signal?.removeEventListener('abort', leave);
    child.kill('SIGKILL');
  };
  try {
    await once(child, 'spawn');
    const helper = new StorageHelper({ ...beside, input, output, close, remove: async () => undefined });
    await confine(helper);
    return helper;
  } catch {
    close();
    // A broken program is written again the next time.
    rmSync(program, { force: true });
    return undefined;
  }
}

/** The path of the program. Writes it if it is missing, or not a file of this user alone: it will run as root. */
async function provideProgram(cacheFolder: string): Promise<string | undefined> {
  const architecture = architectures[process.arch] ?? '';
  const path = join(cacheFolder, `helper-${source.slice(0, 16)}`);
  if (isOwn(path, sizes[architecture])) return path;
  const { programs } = await import('./generated/helper-programs.ts');
  const text = programs[architecture];
  if (text === undefined) return undefined;
  const temporary = `${path}.${String(process.pid)}.tmp`;
  makeFolders(cacheFolder);
  writeFileSync(temporary, Buffer.from(text, 'base64'), { flag: 'wx', mode: 0o700 });
  renameSync(temporary, path);
  return path;
}

function isOwn(path: string, bytes: number | undefined): boolean {
  try {
    const { uid, mode, size } = lstatSync(path);
    return uid === process.getuid?.() && mode === 0o100700 && size === bytes;
  } catch {
    return false;
  }
}
