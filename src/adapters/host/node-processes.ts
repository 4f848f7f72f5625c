import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { execa, type Options } from 'execa';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Processes, RunOptions, RunResult } from '../../ports/processes.ts';
import { explainWriteError } from './explain-write-error.ts';
import { makeFolders } from './make-folders.ts';

const defaultTimeout = 30_000;
const outputLimit = 10 * 1024 * 1024;
/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 3_000;
/** Milliseconds without output after which the output of an ended program is closed. */
const drain = 150;

interface End {
  readonly exitCode: number;
  /** Absent if the program chose the exit code. */
  readonly reason?: string;
}

/**
 * Programs of the host, run by execa. execa ends one process and waits until its
 * output is closed. This class ends a process group, and does not wait for a
 * child that the program leaves behind, as credential helpers may.
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
    makeFolders(dirname(path));
    return openSync(path, 'a', 0o640);
  } catch (error) {
    throw await explainWriteError(path, error);
  }
};

const start = ([program = '', ...rest]: readonly string[], options: RunOptions, log: number | undefined) => {
  const terminal = options.terminal === true;
  // A file descriptor; execa's types allow 0 to 9 only. execa's `file` copies through this process, which ends before a
  // daemon does.
  const output = (log as 3 | undefined) ?? (terminal ? 'inherit' : 'pipe');
  return execa(program, rest, {
    ...(options.input === undefined ? { stdin: terminal ? 'inherit' : 'ignore' } : { input: options.input }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...options.env },
    stdout: output,
    stderr: output,
    // Leads a process group that can be ended as a whole. Only the terminal's own group may ask for a password there.
    detached: !terminal && log === undefined,
    cleanup: false,
    reject: false,
    // execa copies kept output into error messages, 2 s for 10 MB.
    buffer: false,
    forceKillAfterDelay: false,
    // NODE_DEBUG must not print output, which may contain a password.
    verbose: 'none',
  } satisfies Options);
};

type Program = ReturnType<typeof start>;

const follow = async (program: Program, argv: readonly string[], options: RunOptions): Promise<RunResult> => {
  const timeout = options.timeout ?? defaultTimeout;
  let limit: End | undefined;
  const stop = (exitCode: number, reason: string): void => {
    if (limit !== undefined) return;
    limit = { exitCode, reason };
    endGroup(program, 'SIGTERM');
    setTimeout(() => endGroup(program, 'SIGKILL'), grace).unref();
  };
  const overflow = (): void => stop(141, 'it wrote more than 10 MB');
  const stdout = collect(program.stdout, options.onStdoutLine, overflow);
  const stderr = collect(program.stderr, options.onLine, overflow);
  const alarm = setTimeout(() => stop(124, `it did not end within ${timeout / 1000} s`), timeout);
  const abort = (): void => stop(130, 'interrupted');
  options.signal?.addEventListener('abort', abort, { once: true });
  program.once('exit', () => {
    let seen = -1;
    const patience = setInterval(() => {
      const size = stdout.size() + stderr.size();
      // execa waits for these.
      if (size === seen) [program.stdout, program.stderr].forEach((output) => output?.destroy());
      seen = size;
    }, drain);
    program.once('close', () => clearInterval(patience));
  });

  const result = await program;
  clearTimeout(alarm);
  options.signal?.removeEventListener('abort', abort);
  if (options.signal?.aborted === true) throw new DevenvError('INTERRUPTED', `${argv[0]} was interrupted.`);
  const { exitCode, reason } = limit ?? explainEnd(result);
  const note = reason === undefined ? '' : `${argv[0]}: ${reason}\n`;
  return { exitCode, stdout: stdout.end(), stderr: stderr.end() + note };
};

interface Collector {
  size(): number;
  /** Passes the last line on and returns the whole output. */
  end(): string;
}

const collect = (
  stream: NodeJS.ReadableStream | null,
  onLine: ((line: string) => void) | undefined,
  overflow: () => void,
): Collector => {
  const decoder = new StringDecoder('utf8');
  let text = '';
  let passedOn = 0;
  const passOn = (): void => {
    if (onLine === undefined) return;
    for (let end = text.indexOf('\n', passedOn); end >= 0; end = text.indexOf('\n', passedOn)) {
      // A terminal shows what follows the last carriage return.
      onLine(text.slice(passedOn, end).replace(/\r+$/, '').replace(/^.*\r/s, ''));
      passedOn = end + 1;
    }
  };
  stream?.on('data', (chunk: Buffer) => {
    if (text.length >= outputLimit) return;
    text += decoder.write(chunk);
    if (text.length >= outputLimit) overflow();
    passOn();
  });
  return {
    size: () => text.length,
    end: () => {
      text += decoder.end();
      passOn();
      if (passedOn < text.length) onLine?.(text.slice(passedOn));
      return text;
    },
  };
};

/** Ends the program's group, or the program alone if it is in the terminal's group. */
const endGroup = (program: Program, signal: NodeJS.Signals): void => {
  if (program.pid === undefined || program.exitCode !== null || program.signalCode !== null) return;
  try {
    process.kill(-program.pid, signal);
  } catch {
    program.kill(signal);
  }
};

const explainEnd = ({ exitCode, signal, code, originalMessage = '' }: Awaited<Program>): End => {
  if (exitCode !== undefined) return { exitCode };
  if (signal !== undefined) return { exitCode: 128 + constants.signals[signal] };
  if (code === 'ENOENT') return { exitCode: 127, reason: 'not installed' };
  return { exitCode: 126, reason: code === 'EACCES' ? 'may not be run' : originalMessage };
};
