import type { Progress } from './ports/progress.ts';
import type { Prompt } from './ports/prompt.ts';
import { TerminalProgress } from './ui/terminal-progress.ts';
import { TerminalPrompt } from './ui/terminal-prompt.ts';

export interface WireOptions {
  /** Address of the engine; absent: searched for. */
  readonly engine?: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly signal: AbortSignal;
}

/** The world as use cases see it. */
export interface Ports {
  readonly progress: Progress;
  readonly prompt: Prompt;
  readonly signal: AbortSignal;
  /** Gives back what the adapters hold; the last lines of progress are on the screen then. */
  readonly close: () => Promise<void>;
}

/** The composition root: chooses the adapters of this process. */
export async function wire({ json, yes, verbose, signal }: WireOptions): Promise<Ports> {
  const progress = new TerminalProgress({ plain: json || verbose });
  return {
    progress,
    prompt: new TerminalPrompt({ yes, json, signal }),
    signal,
    close: () => progress.settle(),
  };
}
