import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Mount } from '../../model/container.ts';
import type { TrustNeed } from '../../model/trust.ts';
import type { HostFiles } from '../../ports/host-files.ts';

/** The git repository of a project that is a worktree or a submodule: it lies outside of the project. */
export interface Repository {
  /** `foreign`: it does not say itself that it has this project, so that `.git` could name any folder. */
  readonly kind: 'worktree' | 'submodule' | 'foreign';
  /** The git folder that all worktrees share, or the whole git folder of a submodule. Absolute, links resolved. */
  readonly common: string;
  /** The git folder of this worktree alone. */
  readonly record: string;
  /** `.git` names it relative to the project: git finds it from the project's own path alone. */
  readonly relative: boolean;
}

type Files = Pick<HostFiles, 'readText' | 'realPath'>;

/** Bytes of a file of git that points to a folder, and of its configuration. */
const [pointerLimit, configLimit] = [4096, 256 * 1024];

/**
 * Finds the repository that the `.git` file of a project names outside of it.
 * Whoever can write the project can write that file, so the repository has to
 * name the project, too. Absent if the project has its own, or none.
 */
export async function findRepository(files: Files, folder: string): Promise<Repository | undefined> {
  const read = (path: string, limit = pointerLimit): Promise<string | undefined> =>
    files.readText(path, limit).catch(() => undefined);
  const pointer = /^gitdir: (.+)$/m.exec((await read(join(folder, '.git'))) ?? '')?.[1];
  if (pointer === undefined) return undefined;
  const [project = folder, record = resolve(folder, pointer)] = await Promise.all([
    files.realPath(folder),
    files.realPath(resolve(folder, pointer)),
  ]);
  if (!/^\.\.(\/|$)/.test(relative(project, record))) return undefined;
  const found = { record, relative: !isAbsolute(pointer) };
  const shared = (await read(join(record, 'commondir')))?.trim();
  if (shared === undefined) {
    const worktree = /^\s*worktree\s*=\s*(.+?)\s*$/m.exec((await read(join(record, 'config'), configLimit)) ?? '')?.[1];
    const isOwn = worktree !== undefined && resolve(record, worktree) === project;
    return { ...found, kind: isOwn ? 'submodule' : 'foreign', common: record };
  }
  const common = resolve(record, shared);
  const back = (await read(join(record, 'gitdir')))?.trim();
  const isOwn =
    basename(dirname(record)) === 'worktrees' &&
    dirname(dirname(record)) === common &&
    back !== undefined &&
    resolve(record, back) === join(project, '.git');
  return { ...found, kind: isOwn ? 'worktree' : 'foreign', common };
}

/** Folders in the shared git folder that git writes for a worktree. */
const written = ['objects', 'refs', 'logs'];

/** The request to have a repository mounted; absent for a foreign one. */
export function needOfRepository({ kind, common, record }: Repository): TrustNeed | undefined {
  if (kind === 'foreign') return undefined;
  const how =
    kind === 'submodule'
      ? 'to read and write'
      : `to read, and of it ${written.join(', ')} and worktrees/${basename(record)} to write`;
  return { kind: 'repository', where: 'git', content: `the git folder ${common}, ${how}` };
}

/**
 * The mounts with which git works in the workspace as on the machine: each path
 * at its own place, the project's included, which is mounted at `inside` as well. Of what worktrees share, a program
 * in the workspace can write neither settings and hooks, which git runs on the
 * machine, nor the records of other worktrees, which `git worktree prune` drops
 * if their folders are not there.
 */
export function mountRepository(
  { kind, common, record }: Repository,
  folder: string,
  inside: string,
): readonly Mount[] {
  const bind = (path: string, readOnly = false): Mount => ({ kind: 'bind', source: path, target: path, readOnly });
  const shared =
    kind === 'submodule'
      ? [bind(common)]
      : [bind(common, true), ...written.map((name) => bind(join(common, name))), bind(record)];
  return folder === inside ? shared : [...shared, bind(folder)];
}
