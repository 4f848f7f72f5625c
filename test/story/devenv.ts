import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const own = resolve(import.meta.dirname, '../..');

/** TEAMVM_TEST_PROGRAM: an executable to test in place of this repository's program. */
const executable = process.env['TEAMVM_TEST_PROGRAM'];

export interface Outcome {
  /** As a shell gives it: 128 and the signal's number for a program that a signal ended. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly folder: string;
  /** Replaces what this process has. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Whose process it is; absent: that of who runs the tests. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** A folder with the program; absent: this repository. */
  readonly program?: string;
  /** On a terminal of 100 columns: stdout and stderr are one, and keys are its input. */
  readonly terminal?: boolean;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Settles when the program has ended and its output was read. */
  readonly ended: Promise<Outcome & { readonly bytes: Buffer }>;
  /** Resolves once stdout and stderr together hold the text. */
  readonly said: (text: string) => Promise<void>;
}

const numbers: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/**
 * What every run of the program inherits. Node reads a whole bundle of authorities at each start where
 * NODE_EXTRA_CA_CERTS names one, 0.1 s of processor time: only who asks the npm registry is given that.
 */
const { NODE_EXTRA_CA_CERTS: authorities, ...inherited } = process.env;
const inContainers = authorities === undefined ? {} : { TEAMVM_CA_FILE: authorities };

/** For projects whose tools come from the npm registry. */
export const npmAuthorities: Readonly<Record<string, string>> =
  authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorities };

/** Copies the program as its package has it, for who may not read this repository. */
export async function copyProgram(folder: string): Promise<void> {
  const { files } = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as {
    readonly files: readonly string[];
  };
  for (const file of [...files, 'package.json']) await cp(join(own, file), join(folder, file), { recursive: true });
}

/** Milliseconds; the limit of a test is 300 s. */
const longest = 200_000;

/** Starts the real program, as a person would. Its input stays open. */
export function startDevenv(args: readonly string[], surroundings: Surroundings): Running {
  const { folder, env, owner, program: at, terminal = false } = surroundings;
  const started =
    executable !== undefined && at === undefined
      ? [resolve(executable)]
      : [process.execPath, join(at ?? own, 'bin/devenv.js')];
  const [first = '', ...rest] = started;
  const line = [...started, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const [program, words] = terminal
    ? ['script', ['--quiet', '--flush', '--return', '--command', `stty cols 100 rows 40; exec ${line}`, '/dev/null']]
    : [first, [...rest, ...args]];
  const child = spawn(program, words, { cwd: folder, env: { ...inherited, ...inContainers, ...env }, ...owner });
  const chunks: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  const text = (name: 'stdout' | 'stderr'): string => Buffer.concat(chunks[name]).toString('utf8');
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => chunks[name].push(chunk));
  // A program that ends without reading its input closes the pipe.
  child.stdin.on('error', () => undefined);
  // Else a test that runs out of time would not say which command did not end.
  const slow = setTimeout(() => {
    console.error(
      `Still running after ${String(longest / 1000)} s: devenv ${args.join(' ')}\n${text('stdout')}${text('stderr')}`,
    );
    console.error(execFileSync('ps', ['-eo', 'pid,ppid,state,wchan:20,etime,args', '--forest'], { encoding: 'utf8' }));
  }, longest);
  slow.unref();
  const ended = new Promise<Outcome & { readonly bytes: Buffer }>((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      clearTimeout(slow);
      const status = code ?? 128 + (numbers[signal ?? 'SIGKILL'] ?? 0);
      settle({ status, stdout: text('stdout'), stderr: text('stderr'), bytes: Buffer.concat(chunks.stdout) });
    });
  });
  const said = (wanted: string): Promise<void> =>
    new Promise((settle, fail) => {
      const look = (): void => {
        if (`${text('stdout')}${text('stderr')}`.includes(wanted)) settle();
      };
      for (const stream of [child.stdout, child.stderr]) stream.on('data', look);
      child.once('close', () => {
        look();
        fail(
          new Error(`devenv ${args.join(' ')} ended and never said "${wanted}": ${text('stdout')}${text('stderr')}`),
        );
      });
      look();
    });
  return { child, ended, said };
}

/** Runs the real program to its end and gives back whatever came of it. */
export function tryDevenv(
  args: readonly string[],
  surroundings: Surroundings,
): Promise<Outcome & { readonly bytes: Buffer }> {
  const { child, ended } = startDevenv(args, surroundings);
  child.stdin.end(surroundings.input ?? '');
  return ended;
}

/** As tryDevenv, and throws with what it printed where it fails. Gives stdout. */
export async function devenv(args: readonly string[], surroundings: Surroundings): Promise<string> {
  const { status, stdout, stderr } = await tryDevenv(args, surroundings);
  if (status !== 0) throw new Error(`devenv ${args.join(' ')}: status ${String(status)}\n${stderr}${stdout}`);
  return stdout;
}
