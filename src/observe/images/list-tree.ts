import { pathFromLatin1, pathToBytes, type BytePath } from '../../model/byte-path.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Tree, TreeEntry } from '../../model/tree.ts';
import type { Ask } from './ask-image.ts';

/** Nine fields; a name and a target may hold everything but NUL. */
const format = '%y\\0%m\\0%U:%G\\0%s\\0%T@\\0%l\\0%p\\0';
const fields = 7;
const zero = Uint8Array.of(0);

/** Mounted over, or the engine's own: in no image. */
const pruned = ['/proc', '/sys', '/dev', '/run', '/tmp', '/workspace', '/var/cache/apt', '/var/lib/apt/lists'];
const bookkeeping = new Set<string>(['/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/etc/mtab', '/.dockerenv']);

/** Lists every path of an image's file system. Throws ENGINE_REFUSED if the image lacks GNU find. */
export async function listTree(ask: Ask): Promise<Tree> {
  const prune = pruned.flatMap((path) => ['-path', path, '-prune', '-o']);
  const { exitCode, stdout } = await ask({ argv: ['find', '/', '-xdev', ...prune, '-printf', format] });
  // 1: something vanished meanwhile, such as a process.
  if (exitCode > 1) {
    throw new DevenvError(
      'ENGINE_REFUSED',
      `The files of the image cannot be listed: find ended with ${String(exitCode)}.`,
      {
        hint: 'The base needs GNU find (Debian: findutils).',
      },
    );
  }
  return parseTree(stdout);
}

/** The output of find in `format`. */
export function parseTree(output: Buffer): Tree {
  const parts = output.toString('latin1').split('\0');
  const tree = new Map<BytePath, TreeEntry>();
  for (let at = 0; at + fields <= parts.length; at += fields) {
    const [type = '', mode = '', owner = '', size = '', mtime = '', target = '', name = ''] = parts.slice(
      at,
      at + fields,
    );
    const path = pathFromLatin1(name);
    if (bookkeeping.has(path)) continue;
    tree.set(path, { type, mode, owner, size: type === 'f' ? Number(size) : 0, mtime, target });
  }
  return tree;
}

/** sha256 of files, by path. Leaves out files that cannot be read. */
export async function hashFiles(ask: Ask, paths: readonly BytePath[]): Promise<ReadonlyMap<BytePath, string>> {
  if (paths.length === 0) return new Map();
  const stdin = Buffer.concat(paths.flatMap((path) => [pathToBytes(path), zero]));
  const { stdout } = await ask({ argv: ['xargs', '-0', '-r', 'sha256sum', '--zero', '--'], stdin });
  const rows = stdout.toString('latin1').split('\0');
  // `HASH  PATH`, `HASH *PATH`
  return new Map(rows.filter((row) => row.length > 66).map((row) => [pathFromLatin1(row.slice(66)), row.slice(0, 64)]));
}
