import { DevenvError } from '../../errors/devenv-error.ts';
import type { Choice, Prompt } from '../../ports/prompt.ts';
import { formatSize } from '../format-size.ts';
import { sanitize, sanitizeLine } from '../sanitize.ts';

export interface TerminalPromptOptions {
  /** Every answer is yes, and nothing is asked. */
  readonly yes: boolean;
  /** Nothing is asked: a program is listening. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Asks on stderr, so that stdout holds results alone. */
export class TerminalPrompt implements Prompt {
  readonly #quiet: boolean;
  readonly #yes: boolean;
  readonly #signal: AbortSignal;

  constructor({ yes, json, signal }: TerminalPromptOptions) {
    this.#quiet = yes || json;
    this.#yes = yes;
    this.#signal = signal;
  }

  /** Looked up when there is something to ask: most commands have no use for stdin, which takes a while to open. */
  get interactive(): boolean {
    return !this.#quiet && process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  async confirm(question: string, fallback: boolean): Promise<boolean> {
    if (this.#yes) return true;
    if (!this.interactive) return fallback;
    const { confirm } = await import('./ask-confirm.ts');
    return this.#ask((context) => confirm({ message: sanitize(question), default: fallback }, context));
  }

  async choose(question: string, choices: readonly Choice[]): Promise<readonly string[]> {
    if (!this.interactive) return choices.filter(({ taken }) => taken).map(({ value }) => value);
    const { checkbox } = await import('./ask-choice.ts');
    const shown = choices.map(({ value, title, bytes, taken }) => {
      const size = bytes === undefined ? '' : ` (${formatSize(bytes)})`;
      return { value, name: `${sanitizeLine(title)}${size}`, checked: taken };
    });
    return this.#ask((context) => checkbox({ message: sanitize(question), choices: shown, pageSize: 15 }, context));
  }

  async pick(question: string, choices: readonly Pick<Choice, 'value' | 'title'>[]): Promise<string> {
    const { select } = await import('./ask-pick.ts');
    const shown = choices.map(({ value, title }) => ({ value, name: sanitizeLine(title) }));
    return this.#ask((context) => select({ message: sanitize(question), choices: shown }, context));
  }

  async secret(question: string): Promise<string> {
    const { password } = await import('./ask-secret.ts');
    return this.#ask((context) => password({ message: sanitize(question), mask: true }, context));
  }

  async #ask<T>(
    ask: (context: { readonly output: NodeJS.WriteStream; readonly signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    try {
      return await ask({ output: process.stderr, signal: this.#signal });
    } catch (cause) {
      if (cause instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(cause.name)) {
        throw new DevenvError('INTERRUPTED', 'Interrupted at a question.', { state: 'Nothing was changed.', cause });
      }
      throw cause;
    }
  }
}
