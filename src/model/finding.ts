import type { Digest } from './version.ts';

/** A secret in something that would become a version. Contains nothing of its value. */
export interface Finding {
  /** A path with odd bytes escaped, or `env:NAME`, `label:NAME`, `message`, `devenv.yaml env:NAME`. */
  readonly path: string;
  /** Counts from 1; absent if the place has no lines. */
  readonly line?: number;
  /** Name of the rule that matched. */
  readonly rule: string;
  /** The kind of the value: the prefix of all such values, and stars. */
  readonly masked: string;
}

/** A finding with the sha256 of its place: of the whole file. */
export interface Found extends Finding {
  readonly content: Digest;
}
