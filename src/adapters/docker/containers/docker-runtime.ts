import type { Container, ContainerDetails, ContainerSpec, RawChange } from '../../../model/container.ts';
import type { Attached, AttachStreams, ExecOptions, LogOptions, Runtime } from '../../../ports/runtime.ts';
import type { Connection } from '../connection/connection.ts';
import * as containers from './containers.ts';

/** The containers behind one connection. A warm start loads what it calls; the rest is imported at the first call. */
export class DockerRuntime implements Runtime {
  readonly #connection: Connection;
  readonly #signal: AbortSignal | undefined;
  readonly now: () => Promise<string>;

  /** `signal` ends long calls: programs and lists of changes. `now` tells the engine's time. */
  constructor(connection: Connection, signal: AbortSignal | undefined, now: () => Promise<string>) {
    this.#connection = connection;
    this.#signal = signal;
    this.now = now;
  }

  list(labels: readonly string[]): Promise<readonly Container[]> {
    return containers.listContainers(this.#connection, labels);
  }

  inspect(container: string): Promise<ContainerDetails | undefined> {
    return containers.inspectContainer(this.#connection, container);
  }

  async create(spec: ContainerSpec): Promise<string> {
    const { createContainer } = await import('./create-container.ts');
    return createContainer(this.#connection, spec);
  }

  start(container: string, onSent?: () => void): Promise<void> {
    return containers.startContainer(this.#connection, container, onSent);
  }

  stop(container: string, seconds: number): Promise<void> {
    return containers.stopContainer(this.#connection, container, seconds);
  }

  pause(container: string): Promise<void> {
    return containers.pauseContainer(this.#connection, container);
  }

  unpause(container: string): Promise<void> {
    return containers.unpauseContainer(this.#connection, container);
  }

  rename(container: string, name: string): Promise<void> {
    return containers.renameContainer(this.#connection, container, name);
  }

  remove(container: string): Promise<void> {
    return containers.removeContainer(this.#connection, container);
  }

  discard(container: string): Promise<void> {
    return containers.discardContainer(this.#connection, container);
  }

  async exec(container: string, options: ExecOptions): Promise<number> {
    const { exec } = await import('./exec.ts');
    const own = options.tidies === true ? undefined : this.#signal;
    const signals = [options.signal, own].filter((signal) => signal !== undefined);
    return exec(this.#connection, container, { ...options, signal: AbortSignal.any(signals) });
  }

  async attach(container: string, streams: AttachStreams): Promise<Attached> {
    const { attachContainer } = await import('./attach-container.ts');
    return attachContainer(this.#connection, container, streams, this.#signal);
  }

  async readLogs(container: string, options: LogOptions): Promise<void> {
    const { readLogs } = await import('./read-logs.ts');
    await readLogs(this.#connection, container, options);
  }

  async putArchive(container: string, path: string, tar: AsyncIterable<Uint8Array>): Promise<void> {
    const { putArchive } = await import('./put-archive.ts');
    await putArchive(this.#connection, container, path, tar);
  }

  async listChanges(container: string): Promise<readonly RawChange[]> {
    const { listChanges } = await import('./list-changes.ts');
    return listChanges(this.#connection, container, this.#signal);
  }

  async readSizes(labels: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { readSizes } = await import('./read-usage.ts');
    return readSizes(this.#connection, labels);
  }

  async readMemory(container: Pick<ContainerDetails, 'id' | 'pid'>): Promise<number | undefined> {
    const { readMemory } = await import('./read-usage.ts');
    return readMemory(this.#connection, container);
  }
}
