import type { BytePath } from '../model/byte-path.ts';
import type { Image } from '../model/image.ts';
import type { ChangedEntry, FileReading } from './changes.ts';

/** Works on the layers of images, on the engine's own machine. */
export interface Layers {
  /**
   * Bytes of an image's `count` topmost layers, the oldest first. Absent where
   * the engine's storage does not show layers one by one.
   */
  weigh(request: LayersRequest): Promise<readonly LayerWeight[] | undefined>;
  /**
   * What each of an image's `count` topmost layers deletes, and those of its
   * files that are asked for and hold what is looked for, also where a layer
   * above hides them. Throws ENGINE_REFUSED where the engine's storage does not
   * allow it.
   */
  read(request: LayersRequest, options: FileReading): AsyncIterable<ChangedEntry>;
  /**
   * Lays what the `count` topmost layers of an image hold together, as one
   * layer with the image's config, on `below`: the image without them, or
   * another that is to get the same. Absent as with `weigh`.
   */
  merge(request: MergeRequest): Promise<Image | undefined>;
}

export interface LayersRequest {
  readonly image: Image;
  readonly count: number;
  /** Id of the container that this is done for: by it, what a killed program left is found. */
  readonly beside: string;
}

export interface MergeRequest extends LayersRequest {
  readonly below: Image;
  /** Names the new image. */
  readonly reference: string;
  /** Of what the layers hold only this, whatever else is in them; the config is then that of `below`. */
  readonly only?: LayerPaths;
}

/** Paths of a layer. */
export interface LayerPaths {
  /** To be taken from the layers. */
  readonly copy: readonly BytePath[];
  /** Of `below`, to be hidden. */
  readonly hide: readonly BytePath[];
  /** Folders of `below` above those, which stay as they are. */
  readonly leading: readonly BytePath[];
}

export interface LayerWeight {
  /** Bytes of files that the image shows. */
  readonly live: number;
  /** Bytes of files that a layer above deletes or replaces; everybody transfers them all the same. */
  readonly dead: number;
}
