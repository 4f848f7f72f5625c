/** Asks the person at the terminal. Without one, every answer is the default. */
export interface Prompt {
  readonly interactive: boolean;
  confirm(question: string, fallback: boolean): Promise<boolean>;
  /** What the person types, unseen; never asked without one. */
  secret(question: string): Promise<string>;
  /** Values of the choices that the person takes; without a person, of those that are taken by default. */
  choose(question: string, choices: readonly Choice[]): Promise<readonly string[]>;
  /** Value of the one choice that the person takes; never asked without one. */
  pick(question: string, choices: readonly Pick<Choice, 'value' | 'title'>[]): Promise<string>;
}

export interface Choice {
  readonly value: string;
  /** What the person reads. */
  readonly title: string;
  /** Size of what is chosen, where that matters. */
  readonly bytes?: number;
  readonly taken: boolean;
}
