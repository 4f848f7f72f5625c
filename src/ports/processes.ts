/** Programs of this machine. Never a shell. */
export interface Processes {
  /** Throws INTERRUPTED when `signal` fires; everything else is an exit code. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
}

export interface RunOptions {
  readonly input?: string;
  /** Added to the environment of this process; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the folder to run in. */
  readonly cwd?: string;
  /** Milliseconds; default 30,000. */
  readonly timeout?: number;
  /** Receives stderr line by line while the program runs. */
  readonly onLine?: (line: string) => void;
  /** Receives stdout line by line while the program runs. */
  readonly onStdoutLine?: (line: string) => void;
  /** The program talks with the person at the terminal: `sudo` asks for a password. Nothing is kept of its output. */
  readonly terminal?: boolean;
  /** stdout and stderr are appended to this file instead of kept: for a program that leaves a daemon behind. */
  readonly log?: string;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** 127 where the program is not installed, 124 after the timeout, 141 when it wrote more than 10 MB, 128 + n after signal n. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where programs of this machine are found. No folder that a project can write is searched. */
export interface Programs {
  /** Absolute path of a program; absent when there is none. A name with a slash is a path already and comes back as it is. */
  find(name: string): string | undefined;
  /** PATH for programs that start other programs. */
  readonly path: string;
}
