import type { Container, ContainerDetails, ContainerSpec, RawChange } from '../../model/container.ts';
import type { Image, ImageConfig } from '../../model/image.ts';
import type { Digest } from '../../model/version.ts';
import type { Volume } from '../../model/container.ts';
import type {
  Attached,
  AttachStreams,
  CommitHow,
  Engine,
  EngineIdentity,
  EngineInfo,
  ExecOptions,
  LogOptions,
  RegistryAuth,
  TransferOptions,
} from '../../ports/engine.ts';
import { readIdentity, type Connection } from './connection/connection.ts';
import * as containers from './containers/containers.ts';
import * as images from './images/images.ts';
import type { Description } from './read-info.ts';

/**
 * The engine behind one connection. What a warm start needs is imported at
 * once; everything else when it is first called.
 */
export class DockerEngine implements Engine {
  readonly #connection: Connection;
  readonly #signal: AbortSignal | undefined;
  #info: Promise<EngineInfo> | undefined;

  /** `signal` ends what may take long: programs, captures, lists of changes. What tidies up is short, and goes on. */
  constructor(connection: Connection, signal?: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  get identity(): EngineIdentity {
    return readIdentity(this.#connection);
  }

  info(): Promise<EngineInfo> {
    return (this.#info ??= this.#describe().then(({ info }) => info));
  }

  async now(): Promise<string> {
    const { info, time } = await this.#describe();
    this.#info ??= Promise.resolve(info);
    return time;
  }

  async #describe(): Promise<Description> {
    const { readInfo } = await import('./read-info.ts');
    return readInfo(this.#connection);
  }

  inspectImage(reference: string): Promise<Image | undefined> {
    return images.inspectImage(this.#connection, reference);
  }

  listImages(labels: readonly string[]): Promise<readonly Pick<Image, 'id' | 'tags'>[]> {
    return images.listImages(this.#connection, labels);
  }

  tagImage(source: string, target: string): Promise<void> {
    return images.tagImage(this.#connection, source, target);
  }

  removeImage(reference: string): Promise<void> {
    return images.removeImage(this.#connection, reference);
  }

  async labelImage(source: string, reference: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const { labelImage } = await import('./images/label-image.ts');
    await labelImage(this.#connection, source, reference, labels);
  }

  async pullImage(reference: string, options: TransferOptions): Promise<void> {
    const { pullImage } = await import('./images/pull-image.ts');
    await pullImage(this.#connection, reference, options);
  }

  async pushImage(reference: string, options: TransferOptions): Promise<Digest> {
    const { pushImage } = await import('./images/push-image.ts');
    return pushImage(this.#connection, reference, options);
  }

  async resolveDigest(reference: string, auth?: RegistryAuth): Promise<Digest | undefined> {
    const { resolveDigest } = await import('./images/resolve-digest.ts');
    return resolveDigest(this.#connection, reference, auth);
  }

  async importImage(tar: AsyncIterable<Uint8Array>, reference: string, config: ImageConfig): Promise<void> {
    const { importImage } = await import('./images/import-image.ts');
    await importImage(this.#connection, tar, reference, config);
  }

  listContainers(labels: readonly string[]): Promise<readonly Container[]> {
    return containers.listContainers(this.#connection, labels);
  }

  async readSizes(labels: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { readSizes } = await import('./containers/read-usage.ts');
    return readSizes(this.#connection, labels);
  }

  async readMemory(container: Pick<ContainerDetails, 'id' | 'pid'>): Promise<number | undefined> {
    const { readMemory } = await import('./containers/read-usage.ts');
    return readMemory(this.#connection, container);
  }

  inspectContainer(id: string): Promise<ContainerDetails | undefined> {
    return containers.inspectContainer(this.#connection, id);
  }

  async createContainer(spec: ContainerSpec): Promise<string> {
    const { createContainer } = await import('./containers/create-container.ts');
    return createContainer(this.#connection, spec);
  }

  startContainer(id: string, onSent?: () => void): Promise<void> {
    return containers.startContainer(this.#connection, id, onSent);
  }

  renameContainer(id: string, name: string): Promise<void> {
    return containers.renameContainer(this.#connection, id, name);
  }

  stopContainer(id: string, seconds: number): Promise<void> {
    return containers.stopContainer(this.#connection, id, seconds);
  }

  pauseContainer(id: string): Promise<void> {
    return containers.pauseContainer(this.#connection, id);
  }

  unpauseContainer(id: string): Promise<void> {
    return containers.unpauseContainer(this.#connection, id);
  }

  removeContainer(id: string): Promise<void> {
    return containers.removeContainer(this.#connection, id);
  }

  discardContainer(id: string): Promise<void> {
    return containers.discardContainer(this.#connection, id);
  }

  async listChanges(id: string): Promise<readonly RawChange[]> {
    const { listChanges } = await import('./containers/list-changes.ts');
    return listChanges(this.#connection, id, this.#signal);
  }

  async commitContainer(id: string, reference: string, config: ImageConfig, how?: CommitHow): Promise<string> {
    const { commitContainer } = await import('./images/commit-container.ts');
    return commitContainer(this.#connection, id, reference, config, { ...how, signal: this.#signal });
  }

  async putArchive(id: string, path: string, tar: AsyncIterable<Uint8Array>): Promise<void> {
    const { putArchive } = await import('./containers/put-archive.ts');
    await putArchive(this.#connection, id, path, tar);
  }

  async readLogs(id: string, options: LogOptions): Promise<void> {
    const { readLogs } = await import('./containers/read-logs.ts');
    await readLogs(this.#connection, id, options);
  }

  async exec(id: string, options: ExecOptions): Promise<number> {
    const { exec } = await import('./containers/exec.ts');
    const own = options.tidies === true ? undefined : this.#signal;
    const signals = [options.signal, own].filter((signal) => signal !== undefined);
    return exec(this.#connection, id, { ...options, signal: AbortSignal.any(signals) });
  }

  async attachContainer(id: string, streams: AttachStreams): Promise<Attached> {
    const { attachContainer } = await import('./containers/attach-container.ts');
    return attachContainer(this.#connection, id, streams, this.#signal);
  }

  async removeVolume(name: string): Promise<void> {
    const { removeVolume } = await import('./volumes.ts');
    await removeVolume(this.#connection, name);
  }

  async listVolumes(labels: readonly string[]): Promise<readonly Volume[]> {
    const { listVolumes } = await import('./volumes.ts');
    return listVolumes(this.#connection, labels);
  }

  async createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const { createVolume } = await import('./volumes.ts');
    await createVolume(this.#connection, name, labels);
  }

  async listNetworks(labels: readonly string[]): Promise<readonly string[]> {
    const { listNetworks } = await import('./networks.ts');
    return listNetworks(this.#connection, labels);
  }

  async createNetwork(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const { createNetwork } = await import('./networks.ts');
    await createNetwork(this.#connection, name, labels);
  }

  async removeNetwork(name: string): Promise<void> {
    const { removeNetwork } = await import('./networks.ts');
    await removeNetwork(this.#connection, name);
  }

  async connectNetwork(name: string, container: string, aliases: readonly string[]): Promise<void> {
    const { connectNetwork } = await import('./networks.ts');
    await connectNetwork(this.#connection, name, container, aliases);
  }

  close(): void {
    this.#connection.agent.destroy();
  }
}
