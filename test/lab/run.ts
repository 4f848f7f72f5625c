import { execFile } from 'node:child_process';

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Milliseconds; ten minutes where absent. */
  readonly timeout?: number;
}

/** Runs a program and returns its output and exit code. Does not throw if it fails. */
export function tryRun(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      {
        env: { ...process.env, ...options.env },
        cwd: options.cwd,
        timeout: options.timeout ?? 600_000,
        killSignal: 'SIGKILL',
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (!error) return resolve({ stdout, stderr, exitCode: 0 });
        if (typeof error.code === 'string')
          return reject(new Error(`${file} does not start: ${error.message}`, { cause: error }));
        resolve({ stdout, stderr, exitCode: error.code ?? 137 });
      },
    );
    // A program may end without reading its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

/** As tryRun, but throws with the program's output if it fails. Returns its stdout. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await tryRun(file, args, options);
  if (result.exitCode === 0) return result.stdout;
  const said = (result.stderr + result.stdout).trim().slice(-2000);
  throw new Error(`${file} ${args.join(' ')} ended with ${result.exitCode}: ${said}`);
}
