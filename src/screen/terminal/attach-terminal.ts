import { spawnSync } from 'node:child_process';
import type { Programs } from '../../ports/processes.ts';
import type { ExecOptions } from '../../ports/runtime.ts';

export interface AttachedTerminal {
  /** For `Engine.exec`. With a terminal on both sides it is one in the container, too. */
  readonly io: Pick<ExecOptions, 'tty' | 'size' | 'onResize' | 'stdin' | 'stdout' | 'stderr'>;
  /** `NAME=value`: what kind of terminal it is; nothing where there is none. */
  readonly env: readonly string[];
  /** Gives the terminal back as it was. Harmless when called twice. */
  readonly restore: () => void;
}

/**
 * Hands this process's terminal, or its pipes, to a program in a workspace.
 * The terminal is raw only while its input is being read: until the program
 * runs, Ctrl-C is still ours.
 */
export function attachTerminal(programs: Programs): AttachedTerminal {
  const { stdin, stdout, stderr } = process;
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    return { io: { stdin, stdout, stderr }, env: [], restore: () => undefined };
  }

  const enterRaw = (): void => {
    stdin.setRawMode(true);
    // Node has the terminal still make a new line's start of each line's end, which the program's own has done where it
    // wants that: an editor's cursor would go astray. What was there before comes back with the rest.
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
    env: describeTerminal(process.env),
    restore,
  };
}

/** Programs inside shall see the same terminal. */
function describeTerminal(env: NodeJS.ProcessEnv): readonly string[] {
  return ['TERM', 'COLORTERM', 'NO_COLOR'].flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
}
