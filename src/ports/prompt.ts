/** Asks the person at the terminal. Without one, every answer is the default. */
export interface Prompt {
  readonly interactive: boolean;
  confirm(question: string, fallback: boolean): Promise<boolean>;
  /** What the person types, unseen; never asked without one. */
  secret(question: string): Promise<string>;
  /** Values of the choices that the person takes; without a person, of those that are taken by default. */
  choose(question: string, choices: readonly Choice[]): Promise<readonly string[]>;
  /** For each entry, the index of the option that the person chose; never asked without one. */
  assign(question: string, entries: readonly Assignment[]): Promise<readonly number[]>;
  /** Value of the one choice that the person takes; never asked without one. */
  pick(question: string, choices: readonly Pick<Choice, 'value' | 'title'>[]): Promise<string>;
}

/** An entry with several options, the first of which is the default. */
export interface Assignment {
  readonly title: string;
  readonly bytes?: number | undefined;
  readonly options: readonly string[];
}

export interface Choice {
  readonly value: string;
  /** What the person reads. */
  readonly title: string;
  /** Size of what is chosen, where that matters. */
  readonly bytes?: number;
  readonly taken: boolean;
}
