import { randomUUID } from 'node:crypto';
import type { CommandLine } from '../../model/workspace.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { markedOutput } from './marked-output.ts';
import { OutputTail } from '../../observe/output-tail.ts';

export interface CommandOptions {
  readonly user: string;
  readonly workingDir: string;
  readonly env: readonly string[];
  /** Called for each line of output; `each` as in OutputTail. */
  readonly onLine: (line: string) => void;
  readonly each?: boolean;
  /** Ends the wait; the caller ends the program. */
  readonly signal: AbortSignal;
}

const keptLines = 40;

/**
 * Runs a command in a container without input. Does not wait for a daemon that
 * it leaves behind and that holds the output open: a mark in the output tells
 * the end. Returns its exit code and last lines.
 */
export async function runCommand(
  runtime: Runtime,
  container: string,
  command: CommandLine,
  { user, workingDir, env, onLine, each = true, signal }: CommandOptions,
): Promise<{ readonly exitCode: number; readonly lines: readonly string[] }> {
  const mark = `devenv-end-${randomUUID()} `;
  const over = new AbortController();
  let ended: number | undefined;
  const tail = new OutputTail(keptLines, onLine, { each });
  const output = markedOutput(mark, tail.stream(), (code) => {
    ended = Number(code);
    over.abort();
  });
  const program = typeof command === 'string' ? ['/bin/sh', '-c', command] : command;
  try {
    const exitCode = await runtime.exec(container, {
      argv: ['/bin/sh', '-c', script, mark, ...program],
      ...{ user, workingDir, env, stdout: output, stderr: tail.stream() },
      signal: AbortSignal.any([signal, over.signal]),
    });
    // Killed before it wrote the mark.
    ended ??= exitCode === 0 ? 137 : exitCode;
  } catch (error) {
    if (ended === undefined) throw error;
  }
  return { exitCode: ended, lines: tail.lines() };
}

/** `cat` keeps the exec open as long as a daemon holds the output: without it, the engine would close that output. */
const script = '{ "$@" </dev/null 2>&1; printf "\\n%s%s\\n" "$0" "$?"; } | cat';
