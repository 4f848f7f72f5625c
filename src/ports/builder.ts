import type { ImageConfig } from '../model/image.ts';

/** Makes an image of a container: its image's layers, and one more for what the container changed. */
export interface Builder {
  /**
   * Captures a container as an image with exactly this config. Returns the
   * engine's id of the image. Throws INTERNAL if the container carries a
   * variable or label whose name the config does not have: engines would keep
   * it in the image. Throws ENGINE_UNREACHABLE and ENGINE_REFUSED.
   */
  commit(container: string, reference: string, config: ImageConfig, options?: CommitOptions): Promise<string>;
}

export interface CommitOptions {
  /** True if nothing moves in the container anyway; else the engine pauses it meanwhile. */
  readonly still: boolean;
}
