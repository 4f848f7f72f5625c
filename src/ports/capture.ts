import type { Image, ImageConfig } from '../model/image.ts';

/** How a workspace's file system becomes an image. */
export interface Capture {
  /**
   * Captures everything that the container changed, mounts left out, as one
   * layer on the image it was made from, under a name of its own. The caller
   * has paused the container where it runs.
   */
  capture(container: string, reference: string, config: ImageConfig): Promise<Image>;
}
