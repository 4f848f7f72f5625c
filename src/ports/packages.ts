/** The npm registry, as a source of runtimes. */
export interface Packages {
  /**
   * The newest version that a request names: `24`, `24.1`, `24.1.0`, `latest`,
   * or `lts`, which is a line of Node.js. Throws REGISTRY_UNREACHABLE, and
   * CONFIG_INVALID where the registry has no such version.
   */
  resolve(name: string, request: string, signal?: AbortSignal): Promise<PackageVersion>;
  /**
   * The tarball's bytes after its integrity was checked, from the cache where
   * it is. Throws REGISTRY_UNREACHABLE, CONTENT_MISMATCH.
   */
  fetch(version: PackageVersion, signal?: AbortSignal): Promise<Tarball>;
}

/** Compressed, as the registry has it. */
export interface Tarball extends AsyncIterable<Uint8Array> {
  /** Bytes. */
  readonly size: number;
}

export interface PackageVersion {
  readonly name: string;
  readonly version: string;
  /** `sha512-…`, as the registry publishes it and the lock records it. */
  readonly integrity: string;
}
