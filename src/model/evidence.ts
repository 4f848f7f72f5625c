/** What can be read of a file system about the causes of its changes: plain text, not yet understood. */
export interface Evidence {
  /** Path → text, of the small files that were asked for and exist. */
  readonly files: ReadonlyMap<string, string>;
  /** Path → what lies there, of the paths that were asked for and exist. */
  readonly entries: ReadonlyMap<string, EvidenceEntry>;
  /** Path → md5 of its content in hex, of changed files that packages keep sums of. */
  readonly sums: ReadonlyMap<string, string>;
  /** Name of a Debian package, as its list is called → the paths it owns, a line each. */
  readonly lists: ReadonlyMap<string, string>;
}

export interface EvidenceEntry {
  /** Bytes of a file; 0 for all else. */
  readonly size: number;
  /** Of a symlink. */
  readonly target?: string;
}

/** What to read, and of which paths. */
export interface EvidenceRequest {
  readonly files: readonly string[];
  readonly entries: readonly string[];
  readonly sums: readonly string[];
  /** Every list of Debian's packages, or none. */
  readonly lists: boolean;
}

export const noEvidence: Evidence = { files: new Map(), entries: new Map(), sums: new Map(), lists: new Map() };
