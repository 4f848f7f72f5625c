import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Writes the executable of a platform, by default that of this machine, and the list of hashes to a folder. */
export function buildExecutable(folder: string, platform = `linux-${process.arch}`): void {
  const script = join(root, 'scripts/executables.ts');
  execFileSync(process.execPath, ['--import', 'tsx', script, '--out', folder, platform], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
