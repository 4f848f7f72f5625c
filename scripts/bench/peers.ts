import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { giveDockerPlugins } from '../../test/lab/docker-plugins.ts';
import { cacheFolder } from '../../test/lab/install.ts';
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
  return { devcontainer, givePlugins: giveDockerPlugins };
}
