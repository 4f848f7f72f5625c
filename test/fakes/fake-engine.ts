import type { EngineUsage } from '../../src/ports/engine.ts';
import type { Capabilities, Engine, EngineDescription } from '../../src/ports/engine.ts';
import { FakeBuilder } from './fake-builder.ts';
import { FakeImages, type FakeRegistryServer } from './fake-images.ts';
import { FakeNetworks } from './fake-networks.ts';
import { FakeRuntime } from './fake-runtime.ts';
import { FakeVolumes } from './fake-volumes.ts';

/** An engine in memory. It passes the contracts of test/ports, as real ones do. */
export class FakeEngine implements Engine {
  readonly address = 'fake://engine';
  readonly capabilities: Capabilities;
  readonly images: FakeImages;
  readonly runtime: FakeRuntime;
  readonly builder: FakeBuilder;
  readonly volumes: FakeVolumes;
  readonly networks: FakeNetworks;

  constructor(
    options: {
      readonly registry?: FakeRegistryServer;
      readonly mountsBuildSecrets?: boolean;
    } = {},
  ) {
    const { mountsBuildSecrets = false } = options;
    this.capabilities = {
      mountsFolders: true,
      commitsAnonymousVolumes: false,
      mountsBuildSecrets,
    };
    this.images = new FakeImages(options);
    this.runtime = new FakeRuntime(this.images);
    this.builder = new FakeBuilder(this.images, this.runtime);
    const { containers } = this.runtime;
    this.volumes = new FakeVolumes((name) =>
      containers.some(({ spec }) => spec.mounts.some((mount) => mount.kind === 'volume' && mount.source === name)),
    );
    this.networks = new FakeNetworks(() => containers);
  }

  describe(): Promise<EngineDescription> {
    return Promise.resolve({
      ...{ product: 'fake', version: '1', apiVersion: '1', architecture: 'amd64', rootless: false, selinux: false },
      storage: { name: 'memory', layers: 'hidden', mountsToCommit: false, loadsAbove: true },
    });
  }

  /** What `usage` gives, without what only an engine can measure. */
  measured: EngineUsage = { images: [], volumes: [], containers: [] };

  usage(): Promise<EngineUsage> {
    return Promise.resolve(this.measured);
  }

  isInsecure(): Promise<boolean> {
    return Promise.resolve(false);
  }

  close(): void {
    // Nothing is open.
  }
}
