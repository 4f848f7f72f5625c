/** A file that counts as secret because of its path. */
export interface PathRule {
  readonly rule: string;
  readonly path: RegExp;
  /** Must match in the file; group `value` is the secret. Without it, any file that is not empty counts. */
  readonly content?: RegExp;
}

/** Matches paths that end in a pattern, after a `/`. */
export const atPath = (tail: string): RegExp => new RegExp(`(?:^|/)(?:${tail})$`);
