import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** Installs missing Debian packages of the host. `file`: a program or path by which a package is recognised. */
export async function installOnHost(packages: readonly (readonly [name: string, file: string])[]): Promise<void> {
  const missing = packages.filter(([, file]) => !isThere(file)).map(([name]) => name);
  if (missing.length === 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  // Another test project may install packages at the same time.
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-y', '-q', '--no-install-recommends'];
  const install = ['install', ...options, ...new Set(missing)];
  await run('apt-get', install, { env }).catch(async () => {
    await run('apt-get', ['-q', 'update'], { env });
    await run('apt-get', install, { env });
  });
}

function isThere(file: string): boolean {
  if (file.startsWith('/')) return existsSync(file);
  return ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) => existsSync(join(folder, file)));
}
