import type { Builder } from '../../ports/build/builder.ts';
import type { Capabilities, Engine, EngineDescription } from '../../ports/engine.ts';
import type { Images } from '../../ports/images.ts';
import type { Networks } from '../../ports/networks.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { EngineUsage } from '../../ports/engine.ts';
import type { Volumes } from '../../ports/volumes.ts';
import { isLocal } from './connection/address.ts';
import type { Connection } from './connection/connection.ts';
import { dockerRuntime } from './containers/docker-runtime.ts';
import { dockerNetworks } from './docker-networks.ts';
import { dockerImages } from './images/docker-images.ts';
import type { Description } from './read-description.ts';
import { ask, getJson, labelled } from './connection/ask.ts';
import { carriesLabels } from './carries-labels.ts';
import { namePath } from './images/reference.ts';

/** An engine with Docker's API, Docker or Podman, behind one connection. */
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

  /** `signal` ends long calls: programs, commits, lists of changes. Short calls, used for cleaning up, go on. */
  constructor(connection: Connection, signal?: AbortSignal) {
    const { name, address, podman, buildKit } = connection;
    this.#connection = connection;
    this.address = name;
    this.capabilities = {
      mountsFolders: isLocal(address),
      commitsAnonymousVolumes: podman,
      mountsBuildSecrets: buildKit,
    };
    this.images = dockerImages(connection);
    this.builder = {
      commit: async (container, reference, config, options) => {
        const { commitContainer } = await import('./images/commit-container.ts');
        return commitContainer(connection, container, reference, config, { ...options, signal });
      },
      build: async (build) => {
        const { buildDockerfile } = await import('./build/build-dockerfile.ts');
        return buildDockerfile(connection, build, signal);
      },
    };
    this.runtime = dockerRuntime(
      connection,
      signal,
      () => this.#now(),
      async () => (await this.describe()).selinux,
    );
    this.volumes = dockerVolumes(connection);
    this.networks = dockerNetworks(connection);
  }

  async usage(): Promise<EngineUsage> {
    return (await import('./engine-usage.ts')).readEngineUsage(this.#connection);
  }

  describe(): Promise<EngineDescription> {
    return (this.#described ??= this.#ask().then(({ description }) => description));
  }

  async isInsecure(host: string): Promise<boolean> {
    const { isInsecure } = await import('./images/is-insecure.ts');
    return isInsecure(this.#connection, host);
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

/** The volumes behind one connection. */
const dockerVolumes = (connection: Connection): Volumes => ({
  list: async (labels) =>
    (await getJson(connection, '/volumes', 'list volumes', { query: labelled(labels) }))
      .each('Volumes')
      .map((volume) => ({
        ...{ name: volume.text('Name'), labels: volume.map('Labels'), folder: volume.text('Mountpoint') },
      }))
      .filter((volume) => carriesLabels(volume.labels, labels))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),

  create: async (name, labels) => {
    const body = { Name: decodeURIComponent(namePath(name)), Labels: labels };
    const call = { method: 'POST', path: '/volumes/create', purpose: `create the volume ${name}`, body } as const;
    // Podman refuses a second volume of the name; Docker keeps the first.
    await ask(connection, call, [409]);
  },

  remove: async (name) => {
    const path = `/volumes/${namePath(name)}`;
    const call = { method: 'DELETE', path, purpose: `remove the volume ${name}`, repeat: 'lost' } as const;
    await ask(connection, call, [404]);
  },
});
