import type { Digest } from './version.ts';

/** One secret found in what would become a version. Holds nothing of its value. */
export interface Finding {
  /** A path with odd bytes escaped, or `env:NAME`, `label:NAME`, `message`, `devenv.yaml env:NAME`. */
  readonly path: string;
  /** Counts from 1; absent where the place has no lines. */
  readonly line?: number;
  /** Name of the rule that found it. */
  readonly rule: string;
  /** What kind of value stands there: a prefix that all such values share, and stars. */
  readonly masked: string;
}

/** A finding, and the sha256 of all that stands in that place: of the whole file. */
export interface Found extends Finding {
  readonly content: Digest;
}
