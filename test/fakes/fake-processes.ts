import type { Processes, Programs, RunOptions, RunResult } from '../../src/ports/processes.ts';

/** Programs of this machine as functions, by name. A program that is not in `programs` is not installed (127). */
export class FakeProcesses implements Processes, Programs {
  readonly path = '/usr/bin:/bin';
  readonly programs: Record<string, (args: readonly string[], options: RunOptions) => Partial<RunResult>> = {};
  /** Command lines that ran, in order. */
  readonly ran: string[] = [];

  find(name: string): string | undefined {
    return name in this.programs ? `/usr/bin/${name}` : undefined;
  }

  run([name = '', ...args]: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    this.ran.push([name, ...args].join(' '));
    const result = this.programs[name]?.(args, options) ?? { exitCode: 127, stderr: `${name}: not installed\n` };
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', ...result });
  }
}
