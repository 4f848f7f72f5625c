import type { Prompt } from '../../src/ports/prompt.ts';

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

  choose(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  pick(_question: string, [first]: readonly { readonly value: string }[]): Promise<string> {
    return Promise.resolve(first?.value ?? '');
  }
}
