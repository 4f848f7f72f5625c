import type { Assignment, Prompt } from '../../src/ports/prompt.ts';

/** A person who agrees to every question, or to none: `agrees`. Without a person: `interactive = false`. */
export class FakePrompt implements Prompt {
  interactive = true;
  agrees = true;
  /** The questions so far. */
  readonly asked: string[] = [];

  confirm(question: string, fallback: boolean): Promise<boolean> {
    this.asked.push(question);
    return Promise.resolve(this.interactive ? this.agrees : fallback);
  }

  secret(): Promise<string> {
    return Promise.resolve('secret');
  }

  /** Gives the values to select; none by default. */
  selects = (_choices: readonly { readonly value: string }[]): readonly string[] => [];

  choose(question: string, choices: readonly { readonly value: string }[]): Promise<readonly string[]> {
    this.asked.push(question);
    return Promise.resolve(this.selects(choices));
  }

  /** Gives the index of the option of each entry; the first by default. */
  assigns = (entries: readonly Assignment[]): readonly number[] => entries.map(() => 0);

  assign(question: string, entries: readonly Assignment[]): Promise<readonly number[]> {
    this.asked.push(question);
    return Promise.resolve(this.assigns(entries));
  }

  pick(_question: string, [first]: readonly { readonly value: string }[]): Promise<string> {
    return Promise.resolve(first?.value ?? '');
  }
}
