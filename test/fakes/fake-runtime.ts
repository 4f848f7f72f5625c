import { DevenvError } from '../../src/errors/devenv-error.ts';
import type { Container, ContainerDetails, ContainerSpec, RawChange } from '../../src/model/container.ts';
import type { HostPort } from '../../src/model/workspace.ts';
import type { Attached, AttachStreams, ExecOptions, LogOptions, Runtime } from '../../src/ports/runtime.ts';
import { showContainer, type FakeContainer } from './fake-container.ts';
import { carries, digestOf, type FakeImages } from './fake-images.ts';
import { basicPrograms, type FakeProgram } from './fake-programs.ts';

/** One command of the script that asks for an inventory. */
const inventoryLine = /([^]*?) <\/dev\/null; echo "([0-9a-f-]{36}) \$\?"(?:\n|$)/g;

/** Containers in memory. Their programs are functions: a test may add to `programs`. */
export class FakeRuntime implements Runtime {
  readonly programs: Record<string, FakeProgram> = { ...basicPrograms };
  readonly containers: FakeContainer[] = [];
  /** Calls that changed a container, in order: `stop shop-db`. */
  readonly calls: string[] = [];
  /** Ports of the machine that programs besides containers have. */
  readonly takenPorts: HostPort[] = [];
  /** Milliseconds since the epoch. */
  time = Date.now();
  readonly #images: FakeImages;
  #created = 0;
  readonly #stops = new Map<FakeContainer, AbortController>();

  constructor(images: FakeImages) {
    this.#images = images;
  }

  now(): Promise<string> {
    return Promise.resolve(new Date(this.time).toISOString());
  }

  list(labels: readonly string[]): Promise<readonly Container[]> {
    return Promise.resolve(this.containers.filter(({ spec }) => carries(spec.labels, labels)).map(showContainer));
  }

  inspect(container: string): Promise<ContainerDetails | undefined> {
    const found = this.#find(container);
    return Promise.resolve(found && showContainer(found));
  }

  async create(spec: ContainerSpec): Promise<string> {
    const image = this.#images.find(spec.image);
    if (image === undefined) throw new DevenvError('IMAGE_NOT_FOUND', `There is no image ${spec.image}.`);
    this.#requireFree(spec.name);
    const id = digestOf(`container ${String((this.#created += 1))} ${spec.name}`).slice('sha256:'.length);
    const labels = { ...image.config.labels, ...spec.labels };
    this.containers.push({
      ...{ id, name: spec.name, spec: { ...spec, labels }, image: image.id, state: 'created', exitCode: 0 },
      ...{ created: Math.floor(this.time / 1000), started: '', log: [], changes: [], files: new Map() },
      networks: new Map(
        spec.network === undefined || spec.network === 'none' ? [] : [[spec.network, spec.aliases ?? []]],
      ),
    });
    this.calls.push(`create ${spec.name}`);
    return id;
  }

  async start(container: string, onSent?: () => void): Promise<void> {
    const found = this.#require(container);
    onSent?.();
    if (found.state === 'running') return;
    this.#requirePorts(found);
    found.state = 'running';
    found.started = new Date(this.time).toISOString();
    this.calls.push(`start ${found.name}`);
    const stop = new AbortController();
    this.#stops.set(found, stop);
    found.ended = this.#runOwn(found, stop.signal);
  }

  async stop(container: string): Promise<void> {
    const found = this.#require(container);
    if (found.state !== 'running' && found.state !== 'paused') return;
    if (found.state === 'paused') throw refused(409, `The container ${found.name} is paused.`);
    found.state = 'exited';
    found.exitCode = 137;
    this.calls.push(`stop ${found.name}`);
    this.#stops.get(found)?.abort();
  }

  async pause(container: string): Promise<void> {
    const found = this.#require(container);
    if (found.state !== 'running') throw refused(409, `The container ${found.name} does not run.`);
    found.state = 'paused';
    this.calls.push(`pause ${found.name}`);
  }

  async unpause(container: string): Promise<void> {
    const found = this.#require(container);
    if (found.state !== 'paused') throw refused(409, `The container ${found.name} is not paused.`);
    found.state = 'running';
    this.calls.push(`unpause ${found.name}`);
  }

  async rename(container: string, name: string): Promise<void> {
    this.#requireFree(name);
    this.#require(container).name = name;
  }

  async remove(container: string): Promise<void> {
    const found = this.#find(container);
    if (found === undefined) return;
    this.#stops.get(found)?.abort();
    this.containers.splice(this.containers.indexOf(found), 1);
    this.calls.push(`remove ${found.name}`);
  }

  discard(container: string): Promise<void> {
    return this.remove(container);
  }

  async exec(container: string, options: ExecOptions): Promise<number> {
    const found = this.#require(container);
    if (found.state !== 'running') throw refused(409, `The container ${found.name} is ${found.state}.`);
    const stop = this.#stops.get(found)?.signal ?? AbortSignal.abort();
    const running = this.#run(found, options, stop);
    const { signal } = options;
    if (signal === undefined) return running;
    return Promise.race([
      running,
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new DevenvError('INTERRUPTED', 'Interrupted.')));
      }),
    ]);
  }

  async attach(container: string, streams: AttachStreams): Promise<Attached> {
    const found = this.#require(container);
    found.attached = streams;
    const ended = (async (): Promise<void> => {
      while (found.ended === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
      await found.ended;
    })();
    return {
      ended,
      close: () => void ('destroy' in streams.stdin && (streams.stdin as { destroy: () => void }).destroy()),
    };
  }

  async readLogs(container: string, options: LogOptions): Promise<boolean> {
    const found = this.#require(container);
    if (options.follow) await found.ended;
    const lines = found.log.slice(options.tail === undefined ? 0 : -options.tail);
    for (const { to, text } of lines) options[to].write(text);
    return lines.length > 0;
  }

  async putArchive(container: string, path: string, tar: AsyncIterable<Uint8Array>): Promise<void> {
    const found = this.#require(container);
    const chunks = [];
    for await (const chunk of tar) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const field = (at: number, length: number): string => bytes.toString('utf8', at, at + length).replace(/\0.*$/s, '');
    for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
      const size = parseInt(field(at + 124, 12), 8);
      found.files.set(
        `${path === '/' ? '' : path}/${field(at, 100)}`,
        bytes.toString('utf8', at + 512, at + 512 + size),
      );
      at += 512 + Math.ceil(size / 512) * 512;
    }
  }

  async listChanges(container: string): Promise<readonly RawChange[]> {
    return [...this.#require(container).changes];
  }

  async readSizes(labels: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const found = await this.list(labels);
    return new Map(found.map(({ id }) => [id, [...this.#require(id).files.values()].join('').length]));
  }

  async readMemory({ id }: Pick<ContainerDetails, 'id' | 'pid'>): Promise<number | undefined> {
    return this.#find(id)?.state === 'running' ? 1_000_000 : undefined;
  }

  async #runOwn(found: FakeContainer, stopped: AbortSignal): Promise<void> {
    const { attached, spec } = found;
    const write = (to: 'stdout' | 'stderr') => (data: string | Uint8Array) => {
      if (attached === undefined) found.log.push({ to, text: Buffer.from(data as string).toString() });
      else attached[to].write(data);
    };
    // The program begins after the start was answered.
    await Promise.resolve();
    const { command, user, workingDir, env } = spec;
    const code = await this.#invoke(found, { argv: command, user, workingDir, env }, stopped, {
      out: write('stdout'),
      err: write('stderr'),
      stdin: attached?.stdin,
    });
    if (stopped.aborted) return;
    found.state = 'exited';
    found.exitCode = code;
  }

  #run(found: FakeContainer, options: ExecOptions, stopped: AbortSignal): Promise<number> {
    const { stdin, stdout, stderr } = options;
    return this.#invoke(found, options, stopped, {
      out: (data) => void stdout?.write(data),
      err: (data) => void stderr?.write(data),
      stdin,
    });
  }

  async #invoke(
    container: FakeContainer,
    { argv: [name = '', ...args], user, workingDir, env = [] }: ExecOptions,
    stopped: AbortSignal,
    io: {
      readonly out: (data: string | Uint8Array) => void;
      readonly err: (data: string) => void;
      readonly stdin: NodeJS.ReadableStream | undefined;
    },
  ): Promise<number> {
    const questions = name === 'sh' ? [...(args[1] ?? '').matchAll(inventoryLine)] : [];
    for (const [, command = '', mark = ''] of questions) {
      const words = command.matchAll(/'((?:[^']|'\\'')*)'|([^\s']+)/g);
      const argv = [...words].map(([, quoted, plain = '']) => quoted?.replaceAll(`'\\''`, "'") ?? plain);
      io.out(`${mark} ${String(await this.#invoke(container, { argv }, stopped, io))}\n`);
    }
    if (questions.length > 0) return 0;
    const program = this.programs[name];
    if (program === undefined) return 127;
    const { spec } = container;
    return program({
      ...{ container, args, stopped, out: io.out, err: io.err },
      user: user ?? spec.user,
      workingDir: workingDir ?? spec.workingDir,
      env: Object.fromEntries([...spec.env, ...env].map((line) => line.split(/=(.*)/s).slice(0, 2))) as Record<
        string,
        string
      >,
      input: async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of io.stdin ?? []) chunks.push(Buffer.from(chunk as string));
        return Buffer.concat(chunks);
      },
    });
  }

  #find(container: string): FakeContainer | undefined {
    return this.containers.find(({ id, name }) => id === container || name === container);
  }

  #require(container: string): FakeContainer {
    const found = this.#find(container);
    if (found === undefined) throw refused(404, `There is no container ${container}.`);
    return found;
  }

  #requireFree(name: string): void {
    if (this.containers.some((one) => one.name === name))
      throw new DevenvError('NAME_TAKEN', `There is a container named ${name} already.`);
  }

  #requirePorts({ spec }: FakeContainer): void {
    const running = this.containers.filter(({ state }) => state === 'running');
    const open = [...this.takenPorts, ...running.flatMap((one) => one.spec.ports ?? [])];
    for (const { address, host, protocol } of spec.ports ?? []) {
      if (open.some((one) => one.host === host && one.protocol === protocol))
        throw new DevenvError('PORT_TAKEN', `Port ${String(host)} is taken.`, {
          data: { taken: { address, host, protocol } },
        });
    }
  }
}

const refused = (status: number, message: string): DevenvError =>
  new DevenvError('ENGINE_REFUSED', message, { data: { status } });
