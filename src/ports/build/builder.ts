import type { ImageConfig } from '../../model/image.ts';

/** Makes images: of a container, and of a Dockerfile. */
export interface Builder {
  /**
   * Captures a container as an image with exactly this config: its image's
   * layers, and one more for what the container changed. Returns the
   * engine's id of the image. Throws INTERNAL if the container carries a
   * variable or label whose name the config does not have: engines would keep
   * it in the image. Throws ENGINE_UNREACHABLE and ENGINE_REFUSED.
   */
  commit(container: string, reference: string, config: ImageConfig, options?: CommitOptions): Promise<string>;
  /**
   * Builds a Dockerfile with the engine's own builder and its cache. Commands
   * of the Dockerfile get no rights beyond those of any container. Returns the
   * engine's id of the image. A build that fails leaves no image of that name.
   * Throws STEP_FAILED with the last lines of output, DOCKERFILE_INVALID with
   * the engine's words, what `Images.pull` throws if an image cannot be had,
   * and what the context throws.
   */
  build(build: DockerfileBuild): Promise<string>;
}

export interface CommitOptions {
  /** True if nothing moves in the container anyway; else the engine pauses it meanwhile. */
  readonly still: boolean;
}

export interface DockerfileBuild {
  /** The name of the image. */
  readonly reference: string;
  /** Reads an uncompressed tar, only as fast as the engine takes it; again if the build is tried again. */
  readonly context: () => AsyncIterable<Uint8Array>;
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string;
  /** The stage to build; absent: the last one. */
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** As arguments that no Dockerfile has to declare: in no history, and in no key of a cache. `NAME` → value. */
  readonly proxies: Readonly<Record<string, string>>;
  /** Parts of values that no output and no error may show. */
  readonly hidden: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Id → value, for `RUN --mount=type=secret`: in no layer. Only if the engine's capabilities have `mountsBuildSecrets`. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Builds of other values do not share what `RUN --mount=type=cache` keeps, if the engine can tell them apart. */
  readonly cachesOf: string;
  /** Run every instruction, also one that the engine's cache has. */
  readonly noCache?: boolean;
  /** Takes each line of output. */
  readonly onLine: (line: string) => void;
}
