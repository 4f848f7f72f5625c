import type { Digest } from './version.ts';

/** An image as an engine holds it. */
export interface Image {
  /** The engine's own id: differs between image stores, never an identity. */
  readonly id: string;
  readonly tags: readonly string[];
  /** Names in registries: `repository@sha256:…`. */
  readonly digests: readonly string[];
  readonly os: string;
  readonly architecture: string;
  /** Bytes, uncompressed. */
  readonly size: number;
  /** Ordered, base first. */
  readonly diffIds: readonly Digest[];
  readonly config: ImageConfig;
  /** Paths for which the engine creates a volume if nothing is mounted there. */
  readonly volumes?: readonly string[];
  /** Its HEALTHCHECK, unless that is NONE. */
  readonly healthcheck?: Healthcheck;
  /** Instructions of a Dockerfile that a build from it runs: its ONBUILD. */
  readonly triggers?: readonly string[];
  /** Folders of its layers on the engine's machine, topmost first, if the engine names them. */
  readonly folders?: readonly string[];
}

/** A HEALTHCHECK as images record it; times are milliseconds. */
export interface Healthcheck {
  /** `CMD` and arguments, or `CMD-SHELL` and a line. */
  readonly test: readonly string[];
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly retries?: number;
}

export interface ImageConfig {
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workingDir: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}
