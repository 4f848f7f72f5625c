import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../../test/lab/run.ts';

const root = resolve(import.meta.dirname, '../..');

/** Another revision of this repository, built in a temporary folder with the packages that it locks. */
export interface Revision extends AsyncDisposable {
  readonly commit: string;
  /** Path of its program. */
  readonly bin: string;
}

export async function buildRevision(name: string): Promise<Revision> {
  const commit = (
    await run('git', ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`], { cwd: root })
  ).trim();
  const folder = await mkdtemp(join(tmpdir(), 'devenv-revision-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, 'source.tar');
    await run('git', ['archive', '--output', archive, commit], { cwd: root });
    await run('tar', ['-xf', archive, '-C', folder]);
    // npm builds it, too: that is the package's `prepare`.
    await run('npm', ['ci', '--no-fund', '--no-audit', '--prefer-offline'], { cwd: folder });
  } catch (error) {
    await remove();
    throw error;
  }
  return { commit, bin: join(folder, 'bin/devenv.js'), [Symbol.asyncDispose]: remove };
}
