import { randomUUID } from 'node:crypto';
import type { CommandLine } from '../../model/workspace.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { markedOutput } from './marked-output.ts';
import { OutputTail } from '../../observe/output-tail.ts';

export interface CommandOptions {
  readonly user: string;
  readonly workingDir: string;
  readonly env: readonly string[];
  /** Called for each line of output, as it comes; `each` as OutputTail has it. */
  readonly onLine: (line: string) => void;
  readonly each?: boolean;
  /** Ends the wait; the program is ended by the caller. */
  readonly signal: AbortSignal;
}

const keptLines = 40;

/**
 * Runs a command in a container until it ends, with nothing to read. A daemon
 * that it leaves behind, and that holds the output open, lives on and is not
 * waited for: the end is told in the output itself, after all that the command
 * wrote. Gives its exit code and its last lines.
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
    // Killed before it could tell.
    ended ??= exitCode === 0 ? 137 : exitCode;
  } catch (error) {
    if (ended === undefined) throw error;
  }
  return { exitCode: ended, lines: tail.lines() };
}

/**
 * `cat` ends with the last program that holds the output, and the exec with
 * it: an engine closes the output of what outlives its exec, and a daemon's
 * next line would be its end.
 */
const script = '{ "$@" </dev/null 2>&1; printf "\\n%s%s\\n" "$0" "$?"; } | cat';
