import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { sizes, source } from './generated/helper-facts.ts';
import { StorageHelper } from './storage-helper.ts';
import { makeFolders } from '../../host/make-folders.ts';

export interface LocalHelperOptions {
  /** Folders of an image's layers, the topmost first: its files are what the helper's own root shows. */
  readonly layers: readonly string[];
  /** A container's upper folder, which it sees besides, and under which name in its root. */
  readonly upper: string;
  readonly name: string;
  /** Folder of the control group that it may keep still. */
  readonly group?: string;
  /** Where the program is kept. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
}

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * A helper as a process of this machine, for root: a tenth of a second and more
 * sooner than a container of the engine's, and with no more rights. Absent where
 * that cannot be, for whatever reason: the engine's way is still there.
 */
export async function startLocalHelper(options: LocalHelperOptions): Promise<StorageHelper | undefined> {
  const { layers, upper, name, group, signal } = options;
  const folder = join(upper, '../..');
  const named = layers.map((layer) => relative(folder, layer));
  // The overlay's own separators; and what lies elsewhere is not what engines do.
  if (named.length === 0 || !named.every((layer) => /^[\w-]+\/\w+$/.test(layer))) return undefined;
  const program = await provideProgram(options.cacheFolder).catch(() => undefined);
  if (program === undefined) return undefined;
  // A Ctrl-C at the terminal is devenv's to answer.
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
    const beside = { folder: upper, ...(group !== undefined && { group }) };
    const helper = new StorageHelper({ ...beside, input, output, close, remove: async () => undefined });
    await helper.enter(folder, named.join(':'), upper, name);
    return helper;
  } catch {
    close();
    // One that is not what it looks like is made anew the next time.
    rmSync(program, { force: true });
    return undefined;
  }
}

/** The program's own file, made where it is not there: it is going to run as root, so nobody else may have made it. */
async function provideProgram(cacheFolder: string): Promise<string | undefined> {
  const architecture = architectures[process.arch] ?? '';
  const path = join(cacheFolder, `helper-${source.slice(0, 16)}`);
  if (isOwn(path, sizes[architecture])) return path;
  const { programs } = await import('./generated/helper-programs.ts');
  const text = programs[architecture];
  if (text === undefined) return undefined;
  const temporary = `${path}.${String(process.pid)}.tmp`;
  makeFolders(cacheFolder, 0o700);
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
