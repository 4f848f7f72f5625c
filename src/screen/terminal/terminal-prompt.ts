import { DevenvError } from '../../errors/devenv-error.ts';
import type { Assignment, Choice, Prompt } from '../../ports/prompt.ts';
import { formatSize } from '../format-size.ts';
import type * as questions from './questions.ts';
import { sanitize, sanitizeLine } from '../sanitize.ts';

type Ask = typeof questions;
type QuestionContext = { readonly output: NodeJS.WriteStream; readonly signal: AbortSignal };

interface TerminalPromptOptions {
  /** Answer yes to every question without asking. */
  readonly yes: boolean;
  /** Ask nothing: a program reads the output. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Asks on stderr, so that stdout contains only results. */
export class TerminalPrompt implements Prompt {
  readonly #quiet: boolean;
  readonly #yes: boolean;
  readonly #signal: AbortSignal;

  constructor({ yes, json, signal }: TerminalPromptOptions) {
    this.#quiet = yes || json;
    this.#yes = yes;
    this.#signal = signal;
  }

  /** A getter: opening stdin takes a while, and most commands ask nothing. */
  get interactive(): boolean {
    return !this.#quiet && process.stdin.isTTY === true && process.stderr.isTTY === true;
  }

  async confirm(question: string, fallback: boolean): Promise<boolean> {
    if (this.#yes) return true;
    if (!this.interactive) return fallback;
    return this.#ask(({ confirm }, context) => confirm({ message: sanitize(question), default: fallback }, context));
  }

  async choose(question: string, choices: readonly Choice[]): Promise<readonly string[]> {
    if (!this.interactive) return choices.filter(({ taken }) => taken).map(({ value }) => value);
    const shown = choices.map(({ value, title, bytes, taken }) => {
      return { value, name: nameSized(title, bytes), checked: taken };
    });
    // All titles in a row would fill the screen.
    const renderSelectedChoices = (chosen: readonly unknown[]): string =>
      `${String(chosen.length)} of ${String(shown.length)}`;
    const theme = { style: { renderSelectedChoices } };
    return this.#ask(({ checkbox }, context) =>
      checkbox({ message: sanitize(question), choices: shown, pageSize: 15, theme }, context),
    );
  }

  async assign(question: string, entries: readonly Assignment[]): Promise<readonly number[]> {
    const clean = entries.map(({ title, bytes, options }) => ({ title: nameSized(title, bytes), options }));
    return this.#ask(({ assign }, context) => assign({ message: sanitize(question), entries: clean }, context));
  }

  async pick(question: string, choices: readonly Pick<Choice, 'value' | 'title'>[]): Promise<string> {
    const shown = choices.map(({ value, title }) => ({ value, name: sanitizeLine(title) }));
    return this.#ask(({ select }, context) => select({ message: sanitize(question), choices: shown }, context));
  }

  async secret(question: string): Promise<string> {
    return this.#ask(({ password }, context) => password({ message: sanitize(question), mask: true }, context));
  }

  async #ask<T>(ask: (kinds: Ask, context: QuestionContext) => Promise<T>): Promise<T> {
    try {
      return await ask(await import('./questions.ts'), { output: process.stderr, signal: this.#signal });
    } catch (cause) {
      if (cause instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(cause.name)) {
        throw new DevenvError('INTERRUPTED', 'Interrupted at a question.', { state: 'Nothing was changed.', cause });
      }
      throw cause;
    }
  }
}

const nameSized = (title: string, bytes: number | undefined): string =>
  `${sanitizeLine(title)}${bytes === undefined ? '' : ` (${formatSize(bytes)})`}`;
