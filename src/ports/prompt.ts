/** Asks the person at the terminal. Without one, every answer is the default. */
export interface Prompt {
  readonly interactive: boolean;
  confirm(question: string, fallback: boolean): Promise<boolean>;
}
