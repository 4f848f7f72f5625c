/** The form of one kind of secret, in any file. */
export interface ContentRule {
  readonly rule: string;
  /** A match starts with one of these, of 3 characters or more. Lower case if `anyCase`. */
  readonly starts: readonly string[];
  readonly anyCase?: boolean;
  /** A text in every match that is rarer than the starts: files without it are not read. */
  readonly holds?: string;
  /**
   * Sticky, tried at a start. The secret is the group `value`, `double` (quotes),
   * `single` or `bare`; without one, the whole match. A group `gap` means that no
   * sign of assignment is in front of it: then `looksStrong` has to hold, unless an
   * option or a statement sets the name. A group `chosen` is the name of a password;
   * if it ends there (no group `more`), `looksChosen` is enough.
   */
  readonly pattern: RegExp;
  /** The pattern for databases, in which values follow one another without a separator. */
  readonly joined?: RegExp;
  /** The form alone does not make a secret: skipped in installed packages and for placeholders. */
  readonly loose?: boolean;
  /** A further condition: the value looks random, looks random or chosen by a person, or is the base64 of `user:password`. */
  readonly check?: 'random' | 'chosen' | 'login';
}
