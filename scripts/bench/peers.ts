import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../../test/lab/install.ts';
import { unpackPackages } from '../../test/lab/packages.ts';
import { run } from '../../test/lab/run.ts';

const devcontainersVersion = '0.89.0';

export interface Peers {
  /** Path of the devcontainer program. */
  readonly devcontainer: string;
  /** Puts Compose and BuildKit's client into a DOCKER_CONFIG folder, as Docker's plug-ins. */
  readonly givePlugins: (dockerConfig: string) => Promise<void>;
}

/** Gets what devenv is compared with: Compose and buildx from Debian, the Dev Containers CLI from npm. Cached. */
export async function installPeers(): Promise<Peers> {
  const plugins = join(cacheFolder, 'plugins');
  await unpackPackages({ suite: 'trixie', names: ['docker-compose', 'docker-buildx'], prefix: plugins });
  const home = join(cacheFolder, `devcontainers-${devcontainersVersion}`);
  const devcontainer = join(home, 'node_modules/.bin/devcontainer');
  if (!existsSync(devcontainer)) {
    await mkdir(home, { recursive: true });
    await run('npm', [
      'install',
      '--prefix',
      home,
      '--no-fund',
      '--no-audit',
      `@devcontainers/cli@${devcontainersVersion}`,
    ]);
  }
  return { devcontainer, givePlugins: (dockerConfig) => givePlugins(plugins, dockerConfig) };
}

async function givePlugins(prefix: string, dockerConfig: string): Promise<void> {
  const target = join(dockerConfig, 'cli-plugins');
  await mkdir(target, { recursive: true });
  for (const folder of ['usr/libexec/docker/cli-plugins', 'usr/lib/docker/cli-plugins']) {
    const from = join(prefix, folder);
    if (!existsSync(from)) continue;
    for (const name of await readdir(from))
      if (!existsSync(join(target, name))) await symlink(join(from, name), join(target, name));
  }
}
