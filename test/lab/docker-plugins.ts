import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './install.ts';
import { unpackPackages } from './packages.ts';

/** Puts Debian's Compose and BuildKit client into a DOCKER_CONFIG folder, as plug-ins of docker. Cached. */
export async function giveDockerPlugins(dockerConfig: string): Promise<void> {
  const prefix = join(cacheFolder, 'plugins');
  await unpackPackages({ suite: 'trixie', names: ['docker-compose', 'docker-buildx'], prefix });
  const target = join(dockerConfig, 'cli-plugins');
  await mkdir(target, { recursive: true });
  for (const folder of ['usr/libexec/docker/cli-plugins', 'usr/lib/docker/cli-plugins']) {
    const from = join(prefix, folder);
    if (!existsSync(from)) continue;
    for (const name of await readdir(from))
      if (!existsSync(join(target, name))) await symlink(join(from, name), join(target, name));
  }
}
