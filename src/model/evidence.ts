/** Files of a workspace that show the causes of changes: not parsed yet. */
export interface Evidence {
  /** Path → text of the requested small files that exist. */
  readonly files: ReadonlyMap<string, string>;
  /** Path → entry of the requested paths that exist. */
  readonly entries: ReadonlyMap<string, EvidenceEntry>;
  /** Path → md5 in hex of changed files that a package has a checksum of. */
  readonly sums: ReadonlyMap<string, string>;
  /** Debian package → its paths, a line each. */
  readonly lists: ReadonlyMap<string, string>;
}

export interface EvidenceEntry {
  /** Bytes of a file; 0 for other types. */
  readonly size: number;
  /** Of a symlink. */
  readonly target?: string;
}

/** The paths to read evidence of. */
export interface EvidenceRequest {
  readonly files: readonly string[];
  readonly entries: readonly string[];
  readonly sums: readonly string[];
  /** All lists of Debian packages, or none. */
  readonly lists: boolean;
}

export const noEvidence: Evidence = { files: new Map(), entries: new Map(), sums: new Map(), lists: new Map() };
