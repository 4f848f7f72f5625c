import type { Digest } from '../model/version.ts';

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

/** Bytes as the other side has them: compressed, if it is a tarball. */
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

/** Files that are released at an http or https address. */
export interface Downloads {
  /**
   * The file, from the cache if that has the content. `sha256`: in hex; absent
   * for a file that nobody has seen yet. Throws DOWNLOAD_FAILED, CONTENT_MISMATCH,
   * INTERRUPTED.
   */
  fetch(url: string, sha256: string | undefined, signal?: AbortSignal): Promise<Download>;
}

export interface Download extends Tarball {
  /** In hex. */
  readonly sha256: string;
}

/** Archives of Dev Container Features: of registries, and of web addresses. */
export interface FeatureArchives {
  /**
   * An archive as its author packed it, a few megabytes at most, from the cache
   * if that has it. `digest`: the content to get; absent: what the source has
   * now. Throws REGISTRY_UNREACHABLE, REGISTRY_DENIED, REGISTRY_UNTRUSTED,
   * DOWNLOAD_FAILED, FEATURE_INVALID, CONTENT_MISMATCH, INTERRUPTED.
   */
  fetch(source: string, digest: Digest | undefined, signal?: AbortSignal): Promise<FeatureArchive>;
}

export interface FeatureArchive {
  /** Of the manifest in the registry, or of the file. */
  readonly digest: Digest;
  /** A tar, which may be compressed by gzip. */
  readonly bytes: Uint8Array;
}
