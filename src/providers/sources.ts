export interface Sources {
  /** The exact versions that the sources do not have, from the output of a failed step. */
  readonly missing: (output: readonly string[]) => readonly MissingVersion[];
  /** The packages, as the output of a failed step names them, whose content has another digest than it should have. */
  readonly mismatched: (output: readonly string[]) => readonly string[];
  /** Asks an image which versions its sources have. Absent if the output of the step says it. */
  readonly question?: {
    readonly argv: (names: readonly string[]) => readonly string[];
    /** stdout → name → versions, each once. */
    readonly parse: (stdout: string) => ReadonlyMap<string, readonly string[]>;
    /** A package of every source: if it is not found, the answer tells nothing. */
    readonly witness: string;
  };
  /** The version to suggest in place of one that is gone. */
  readonly nearest: (wanted: string, available: readonly string[]) => string | undefined;
}

export interface MissingVersion {
  readonly name: string;
  readonly version: string;
  /** The versions that exist, if the output tells. */
  readonly available?: readonly string[];
}
