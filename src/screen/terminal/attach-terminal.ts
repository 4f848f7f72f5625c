import { spawnSync } from 'node:child_process';
import type { Programs } from '../../ports/processes.ts';
import type { ExecOptions } from '../../ports/runtime.ts';

interface AttachedTerminal {
  /** For `Runtime.exec`. `tty` if input and output are terminals. */
  readonly io: Pick<ExecOptions, 'tty' | 'size' | 'onResize' | 'stdin' | 'stdout' | 'stderr'>;
  /** `NAME=value`: the type of the terminal; empty without one. */
  readonly env: readonly string[];
  /** Restores the terminal. Idempotent. */
  readonly restore: () => void;
}

/**
 * Connects the terminal, or the pipes, of this process to a program in a
 * workspace. The terminal becomes raw when its input is first read: until the
 * program runs, Ctrl-C interrupts devenv.
 */
export function attachTerminal(programs: Programs): AttachedTerminal {
  const { stdin, stdout, stderr } = process;
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    return { io: { stdin, stdout, stderr }, env: [], restore: () => undefined };
  }

  const enterRaw = (): void => {
    stdin.setRawMode(true);
    // Node's raw mode still translates line feeds on output. The terminal in the container does that itself: twice
    // would misplace an editor's cursor. Leaving raw mode restores the setting.
    const stty = programs.find('stty');
    if (stty !== undefined) spawnSync(stty, ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  };
  const restore = (): void => {
    stdin.off('resume', enterRaw);
    process.off('exit', restore);
    if (stdin.isRaw) stdin.setRawMode(false);
  };
  stdin.once('resume', enterRaw);
  process.once('exit', restore);
  return {
    io: {
      tty: true,
      size: () => ({ columns: stdout.columns, rows: stdout.rows }),
      onResize: (listener) => {
        stdout.on('resize', listener);
        return () => void stdout.off('resize', listener);
      },
      stdin,
      stdout,
      stderr,
    },
    // Programs in the container see the same type of terminal.
    env: ['TERM', 'COLORTERM', 'NO_COLOR'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [`${name}=${value}`];
    }),
    restore,
  };
}
