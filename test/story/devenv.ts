import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const bin = resolve(import.meta.dirname, '../../bin/devenv.js');

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly folder: string;
  /** Replaces what this process has. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs the real program, as a person would, and gives back whatever came of it. */
export function tryDevenv(args: readonly string[], { folder, env, input }: Surroundings): Promise<Outcome> {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env: { ...process.env, ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', fail);
    child.on('close', (code, signal) => {
      const status = code ?? (signal === null ? 1 : 128);
      settle({ status, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') });
    });
    child.stdin.end(input ?? '');
  });
}

/** As tryDevenv, and throws with what it printed where it fails. Gives stdout. */
export async function devenv(args: readonly string[], surroundings: Surroundings): Promise<string> {
  const { status, stdout, stderr } = await tryDevenv(args, surroundings);
  if (status !== 0) throw new Error(`devenv ${args.join(' ')}: status ${String(status)}\n${stderr}${stdout}`);
  return stdout;
}
