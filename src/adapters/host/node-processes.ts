import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Processes, RunOptions, RunResult } from '../../ports/processes.ts';
import { explainWriteError } from './explain-write-error.ts';

const defaultTimeout = 30_000;
const outputLimit = 10 * 1024 * 1024;
/** How long a program that was asked to end may clean up behind itself before it is killed. */
const grace = 3_000;
/** Once the program has ended, output is awaited for as long as it comes; a silent grandchild is left behind. */
const drain = 150;

/**
 * Processes over node:child_process. Not execa: that waits for every
 * grandchild that holds the output open, timeout or not (a credential helper
 * may leave one behind), and costs 0.1 s to load.
 */
export class NodeProcesses implements Processes {
  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    if (options.signal?.aborted) throw new DevenvError('INTERRUPTED', `${argv[0]} was not started.`);
    const log = options.log === undefined ? undefined : await openLog(options.log);
    try {
      return await follow(start(argv, options, log), argv, options);
    } finally {
      if (log !== undefined) closeSync(log);
    }
  }
}

const openLog = async (path: string): Promise<number> => {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, 'a', 0o640);
  } catch (error) {
    throw await explainWriteError(path, error);
  }
};

const start = (argv: readonly string[], options: RunOptions, log: number | undefined): ChildProcess => {
  const [program = '', ...rest] = argv;
  const terminal = options.terminal === true;
  const output = log ?? (terminal ? 'inherit' : 'pipe');
  return spawn(program, rest, {
    // A group of its own lets us end the whole family; but only the terminal's own group may ask for a password there.
    detached: !terminal && log === undefined,
    env: { ...process.env, ...options.env },
    stdio: [terminal ? 'inherit' : options.input === undefined ? 'ignore' : 'pipe', output, output],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
};

const follow = (child: ChildProcess, argv: readonly string[], options: RunOptions): Promise<RunResult> =>
  new Promise((resolve, reject) => {
    const timeout = options.timeout ?? defaultTimeout;
    let ended: { exitCode: number; reason?: string } | undefined;
    const stop = (exitCode: number, reason: string): void => {
      if (ended !== undefined) return;
      ended = { exitCode, reason };
      kill(child, 'SIGTERM');
      setTimeout(() => kill(child, 'SIGKILL'), grace).unref();
    };
    const overflow = (): void => stop(141, 'it wrote more than 10 MB');
    const stdout = collect(child.stdout, options.onStdoutLine, overflow);
    const stderr = collect(child.stderr, options.onLine, overflow);
    const alarm = setTimeout(() => stop(124, `it did not end within ${timeout / 1000} s`), timeout);
    const abort = (): void => stop(130, 'interrupted');
    options.signal?.addEventListener('abort', abort, { once: true });

    const finish = (exitCode: number, problem?: string): void => {
      clearTimeout(alarm);
      options.signal?.removeEventListener('abort', abort);
      child.stdin?.destroy();
      if (options.signal?.aborted === true)
        return reject(new DevenvError('INTERRUPTED', `${argv[0]} was interrupted.`));
      const note = problem === undefined ? '' : `${argv[0]}: ${problem}\n`;
      resolve({ exitCode, stdout: stdout.close(), stderr: stderr.close() + note });
    };
    child.once('error', (error: NodeJS.ErrnoException) => finish(error.code === 'ENOENT' ? 127 : 126, explain(error)));
    child.once('exit', (code, signal) => {
      const own = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      const done = (): void => {
        clearInterval(patience);
        finish(ended?.exitCode ?? own, ended?.reason);
      };
      let seen = -1;
      const patience = setInterval(() => {
        const size = stdout.size() + stderr.size();
        if (size === seen) done();
        seen = size;
      }, drain);
      child.once('close', done);
    });
    // A program that reads no input closes the pipe under us: its exit code says the rest.
    child.stdin?.on('error', () => undefined).end(options.input);
  });

interface Collector {
  size(): number;
  /** Stops listening and returns what came. */
  close(): string;
}

const collect = (
  stream: NodeJS.ReadableStream | null,
  onLine: ((line: string) => void) | undefined,
  overflow: () => void,
): Collector => {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let said = 0;
  let closed = false;
  const say = (all: boolean): void => {
    if (onLine === undefined) return;
    for (let end = text.indexOf('\n', said); end >= 0; end = text.indexOf('\n', said)) {
      onLine(text.slice(said, end));
      said = end + 1;
    }
    if (all && said < text.length) onLine(text.slice(said));
  };
  stream?.on('data', (chunk: Buffer) => {
    if (closed || text.length >= outputLimit) return;
    text += decoder.write(chunk);
    if (text.length >= outputLimit) overflow();
    say(false);
  });
  stream?.on('error', () => undefined);
  return {
    size: () => text.length,
    close: () => {
      if (closed) return text;
      closed = true;
      text += decoder.end();
      say(true);
      (stream as { destroy?: () => void } | null)?.destroy?.();
      return text;
    },
  };
};

const kill = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
};

const explain = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' ? 'not installed' : error.code === 'EACCES' ? 'may not be run' : error.message;
