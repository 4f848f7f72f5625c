import { installDevcontainers } from '../../test/lab/devcontainers-cli.ts';
import { giveDockerPlugins } from '../../test/lab/docker-plugins.ts';

export interface Peers {
  /** Path of the devcontainer program. */
  readonly devcontainer: string;
  /** Puts Compose and BuildKit's client into a DOCKER_CONFIG folder, as Docker's plug-ins. */
  readonly givePlugins: (dockerConfig: string) => Promise<void>;
}

/** Gets what devenv is compared with: Compose and buildx from Debian, the Dev Containers CLI from npm. Cached. */
export const installPeers = async (): Promise<Peers> => ({
  devcontainer: await installDevcontainers(),
  givePlugins: giveDockerPlugins,
});
