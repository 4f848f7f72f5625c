/** The form of one kind of secret, in any file. */
export interface ContentRule {
  readonly rule: string;
  /** A match starts with one of these, of 3 characters or more. Lower case if `anyCase`. */
  readonly starts: readonly string[];
  readonly anyCase?: boolean;
  /** A text in every match that is rarer than the starts: files without it are not read. */
  readonly holds?: string;
  /**
   * Sticky, tried at a start. Group `value`, `double` (quotes), `single` or
   * `bare` is the secret; without one, the whole match is. With a group `gap`, no
   * sign of assignment is in front of it: it has to look random more clearly.
   */
  readonly pattern: RegExp;
  /** The same after letters: the values of a database follow one another. */
  readonly joined?: RegExp;
  /** The form alone does not make a secret: skipped in installed packages and for placeholders. */
  readonly loose?: boolean;
  /** What the value has to be besides: a mix of letters and digits, or the base64 of `user:password`. */
  readonly check?: 'random' | 'login';
}
