import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const program = resolve(import.meta.dirname, '../bin/devenv.js');

/** TEAMVM_TEST_PROGRAM: an executable to test in place of the built program. */
const executable = process.env['TEAMVM_TEST_PROGRAM'];
const words: readonly string[] = executable === undefined ? [process.execPath, program] : [resolve(executable)];

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Gets the running program, to signal it. */
  readonly during?: (child: ChildProcess) => void | Promise<void>;
}

/** Runs the built program to its end, in an environment that holds nothing of the developer's own. */
export async function runDevenv(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...options.env };
  const [first = '', ...rest] = words;
  const child = spawn(first, [...rest, ...argv], {
    cwd: options.cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  const ended = new Promise<Outcome>((done, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) => done({ status, signal, ...output }));
  });
  await options.during?.(child);
  return ended;
}

/** An empty folder for one test, removed when it goes out of scope. */
export function makeFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'devenv-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
