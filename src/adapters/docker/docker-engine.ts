import type { ImageConfig } from '../../model/image.ts';
import type { Builder, CommitOptions } from '../../ports/builder.ts';
import type { Capabilities } from '../../ports/capabilities.ts';
import type { Engine, EngineDescription } from '../../ports/engine.ts';
import type { Images } from '../../ports/images.ts';
import type { Networks } from '../../ports/networks.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Volumes } from '../../ports/volumes.ts';
import { isLocal } from './connection/address.ts';
import type { Connection } from './connection/connection.ts';
import { DockerRuntime } from './containers/docker-runtime.ts';
import { DockerNetworks } from './docker-networks.ts';
import { DockerVolumes } from './docker-volumes.ts';
import { DockerImages } from './images/docker-images.ts';
import type { Description } from './read-description.ts';

/** An engine that speaks Docker's API, Docker or Podman, behind one connection. */
export class DockerEngine implements Engine {
  readonly address: string;
  readonly capabilities: Capabilities;
  readonly images: Images;
  readonly builder: Builder;
  readonly runtime: Runtime;
  readonly volumes: Volumes;
  readonly networks: Networks;
  readonly #connection: Connection;
  #described: Promise<EngineDescription> | undefined;

  /** `signal` ends long calls: programs, commits, lists of changes. Short calls that clean up go on. */
  constructor(connection: Connection, signal?: AbortSignal) {
    const { name, address, podman } = connection;
    this.#connection = connection;
    this.address = name;
    this.capabilities = {
      mountsFolders: isLocal(address),
      resolvesDigests: !podman,
      commitsAnonymousVolumes: podman,
    };
    this.images = new DockerImages(connection);
    this.builder = {
      commit: async (container: string, reference: string, config: ImageConfig, options?: CommitOptions) => {
        const { commitContainer } = await import('./images/commit-container.ts');
        return commitContainer(connection, container, reference, config, { ...options, signal });
      },
    };
    this.runtime = new DockerRuntime(connection, signal, () => this.#now());
    this.volumes = new DockerVolumes(connection);
    this.networks = new DockerNetworks(connection);
  }

  describe(): Promise<EngineDescription> {
    return (this.#described ??= this.#ask().then(({ description }) => description));
  }

  close(): void {
    this.#connection.agent.destroy();
  }

  async #now(): Promise<string> {
    const { description, time } = await this.#ask();
    this.#described ??= Promise.resolve(description);
    return time;
  }

  async #ask(): Promise<Description> {
    const { readDescription } = await import('./read-description.ts');
    return readDescription(this.#connection);
  }
}
