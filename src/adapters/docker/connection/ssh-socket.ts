import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { OnReadOpts } from 'node:net';
import { Duplex, type Readable, type Writable } from 'node:stream';
import type { Programs } from '../../../ports/processes.ts';
import type { Address } from './address.ts';
import { cleanText } from './clean-text.ts';

/** Fails to start like a program that is not installed. */
const missing = '/nonexistent/ssh';

type SshAddress = Extract<Address, { kind: 'ssh' }>;

/** A connection to a remote engine by the user's ssh: `docker system dial-stdio` joins it to the socket there. */
export class SshSocket extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #complaint = '';

  constructor(address: SshAddress, programs: Programs | undefined, onread?: OnReadOpts) {
    super({ allowHalfOpen: true });
    const [name, ...rest] = sshCommand(address);
    const env = { ...process.env, PATH: programs?.path };
    // In the root folder, so that ssh finds no files of a project.
    this.#child = spawn(programs?.find(name) ?? missing, rest, { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      if (this.#complaint.length < 2000) this.#complaint += chunk.toString();
    });
    this.#child.stdin.on('error', (error) => this.destroy(this.#explain(error)));
    this.#child.on('error', (error) => this.destroy(this.#explain(error)));
    this.#child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#child.stdout.pause();
    });
    // Not `exit`, after which more output may come.
    this.#child.on('close', (code) => {
      if (code === 0 || this.destroyed) this.push(null);
      else this.destroy(this.#explain(undefined));
    });
    if (onread) this.#deliver(onread);
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => {
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#child.kill();
    done(error);
  }

  // Methods that node:http calls on a socket that it keeps.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    this.#hold((handle) => handle.ref());
    return this;
  }
  unref(): this {
    this.#hold((handle) => handle.unref());
    return this;
  }

  #hold(change: (handle: { ref(): unknown; unref(): unknown }) => void): void {
    change(this.#child);
    const { stdin, stdout, stderr } = this.#child;
    for (const pipe of [stdin, stdout, stderr]) change(pipe as unknown as { ref(): unknown; unref(): unknown });
  }

  #deliver(receiver: OnReadOpts): void {
    this.on('data', (chunk: Uint8Array) => {
      if (!receiver.callback(chunk.length, chunk)) this.pause();
    });
  }

  #explain(cause: NodeJS.ErrnoException | undefined): Error {
    if (cause?.code === 'ENOENT') return new Error('ssh is not installed');
    const said = cleanText(this.#complaint, 300);
    return new Error(said === '' ? 'ssh ended the connection' : `ssh said: ${said}`, { cause });
  }
}

/** The argument list; after `--` no host name is taken for an option. */
export function sshCommand({ host, user, port, path }: SshAddress): readonly [string, ...string[]] {
  return [
    'ssh',
    '-T',
    ...['-o', 'ConnectTimeout=10'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
    'docker',
    ...(path === undefined ? [] : ['--host', `unix://${path}`]),
    'system',
    'dial-stdio',
  ];
}
