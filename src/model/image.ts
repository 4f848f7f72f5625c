import type { Digest } from './version.ts';

/** An image as an engine holds it. */
export interface Image {
  /** The engine's own id. Means different things in different stores: never an identity. */
  readonly id: string;
  readonly tags: readonly string[];
  /** `repository@sha256:…` names under which registries know it. */
  readonly digests: readonly string[];
  readonly os: string;
  readonly architecture: string;
  /** Bytes, uncompressed. */
  readonly size: number;
  /** Ordered, base first. */
  readonly diffIds: readonly Digest[];
  readonly config: ImageConfig;
  /** Paths that its containers keep outside of themselves, where nothing else is mounted. */
  readonly volumes?: readonly string[];
  /** Folders of its layers on the engine's own machine, topmost first, where the engine names them. */
  readonly folders?: readonly string[];
}

export interface ImageConfig {
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workingDir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}
