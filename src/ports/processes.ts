/** Programs of this machine. Never a shell. */
export interface Processes {
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; default 30,000. */
  readonly timeout?: number;
  /** Receives stderr line by line while the program runs. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** 127 where the program is not installed. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}
