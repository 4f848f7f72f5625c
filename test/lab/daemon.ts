import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { identify, isRunning, type ProcessId } from './process-table.ts';

export interface DaemonOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Its output is appended to this file. */
  readonly log: string;
  /** Its lab's mark, put into its environment. */
  readonly mark: string;
}

/** Starts a program in a session of its own, so that it outlives this process. */
export async function startDaemon(options: DaemonOptions): Promise<ProcessId> {
  const log = openSync(options.log, 'a');
  try {
    const child = spawn(options.file, [...options.args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...options.env, TEAMVM_LAB_MARK: options.mark },
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    const id = child.pid === undefined ? undefined : identify(child.pid);
    if (!id) throw new Error(`${options.file} ended at once: ${await readEnd(options.log)}`);
    return id;
  } finally {
    closeSync(log);
  }
}

/** Waits until a daemon answers. Throws with the end of its log if it ends or does not answer. */
export async function waitForDaemon(id: ProcessId, log: string, answers: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 60_000;
  while (!(await answers())) {
    if (!isRunning(id)) throw new Error(`the daemon ended: ${await readEnd(log)}`);
    if (Date.now() > until) throw new Error(`the daemon did not answer in 60 s: ${await readEnd(log)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a process has ended; false if it has not in that time. */
export async function waitForEnd(id: ProcessId, milliseconds: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (isRunning(id)) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

const readEnd = async (log: string): Promise<string> => (await readFile(log, 'utf8')).slice(-1500);
