/** The npm registry, as a source of runtimes. */
export interface Packages {
  /** The newest version that a request names: `24`, `24.1`, `24.1.0`, `lts`, `latest`. */
  resolve(name: string, request: string): Promise<PackageVersion>;
  /** The tarball's bytes after its integrity was checked, from the cache where it is. */
  fetch(version: PackageVersion): Promise<AsyncIterable<Uint8Array>>;
}

export interface PackageVersion {
  readonly name: string;
  readonly version: string;
  /** `sha512-…`, as the registry publishes it and the lock records it. */
  readonly integrity: string;
}
