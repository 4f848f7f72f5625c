import { randomUUID } from 'node:crypto';
import type { CommandLine } from '../../model/workspace.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { OutputTail } from '../../observe/output-tail.ts';
import { Writable } from 'node:stream';
import { toArgv } from '../../model/workspace.ts';

interface CommandOptions {
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
  try {
    const exitCode = await runtime.exec(container, {
      argv: ['/bin/sh', '-c', script, mark, ...toArgv(command)],
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

/**
 * Passes on what comes before a mark and calls `found` with the rest of the
 * mark's line; drops what follows. Works on bytes, so that a gigabyte takes no
 * longer than to read it.
 */
export function markedOutput(mark: string, before: Writable, found: (rest: string) => void): Writable {
  const wanted = Buffer.from(mark);
  let held = Buffer.alloc(0);
  let over = false;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (over) return done();
      const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const at = data.indexOf(wanted);
      const end = at === -1 ? -1 : data.indexOf(10, at);
      const sure = at === -1 ? data.length - longestStart(data, wanted) : at;
      // A copy: the stream may reuse the chunk's memory.
      held = Buffer.from(data.subarray(sure));
      if (end !== -1) {
        over = true;
        found(data.toString('utf8', at + wanted.length, end));
      }
      if (sure === 0 || before.write(data.subarray(0, sure))) done();
      else before.once('drain', done);
    },
  });
}

/** Number of last bytes that could begin the mark. */
function longestStart(data: Buffer, mark: Buffer): number {
  for (let length = Math.min(data.length, mark.length - 1); length > 0; length -= 1) {
    if (data.compare(mark, 0, length, data.length - length) === 0) return length;
  }
  return 0;
}
