import { catalogue, type Code } from './catalogue.ts';

interface Details {
  /** Replaces the hint of the catalogue. */
  readonly hint?: string;
  /** Place in a file, shown before the message: `devenv.yaml:4:3`. */
  readonly at?: string;
  /** State of the user's work, if it could be in doubt. */
  readonly state?: string;
  /** Facts for `--json`. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The only error that devenv throws on purpose. `message` says what failed,
 * `suggestions` what to do next; `code` is permanent.
 */
export class DevenvError extends Error {
  override readonly name = 'DevenvError';
  readonly code: Code;
  readonly exitCode: number;
  readonly suggestions: readonly string[];
  readonly at: string | undefined;
  readonly state: string | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly oclif: { readonly exit: number };

  constructor(code: Code, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { exit, hint } = catalogue[code];
    const suggestion = details.hint ?? hint;
    this.code = code;
    this.exitCode = exit;
    this.suggestions = suggestion === '' ? [] : [suggestion];
    this.at = details.at;
    this.state = details.state;
    this.data = details.data;
    this.oclif = { exit };
  }

  /** The same error with other words for what to do next. */
  rephrase(change: (text: string) => string): this {
    return Object.assign(this, { suggestions: this.suggestions.map(change) });
  }
}

/** True for an error of one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly Code[]): error is DevenvError =>
  error instanceof DevenvError && codes.includes(error.code);
