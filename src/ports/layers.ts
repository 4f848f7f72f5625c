import type { BytePath } from '../model/byte-path.ts';
import type { Image } from '../model/image.ts';
import type { ChangedEntry, FileReading } from './changes.ts';

/** Layers of images, as folders of the engine's machine. */
export interface Layers {
  /**
   * Bytes of an image's `count` topmost layers, the oldest first. Undefined if
   * the engine's storage does not show single layers.
   */
  weigh(request: LayersRequest): Promise<readonly LayerWeight[] | undefined>;
  /**
   * Reads each of an image's `count` topmost layers: its deletions, and wanted
   * files that hold what is searched for, hidden ones included. Throws
   * ENGINE_REFUSED if the engine's storage does not show single layers.
   */
  read(request: LayersRequest, options: FileReading): AsyncIterable<ChangedEntry>;
  /**
   * Merges the `count` topmost layers of an image into one on `below`, with the
   * image's config. `below` is the image without them, or another one. Undefined
   * as with `weigh`.
   */
  merge(request: MergeRequest): Promise<Image | undefined>;
}

export interface LayersRequest {
  readonly image: Image;
  readonly count: number;
  /** Id of the container that this is done for, by which leftovers are found. */
  readonly beside: string;
}

export interface MergeRequest extends LayersRequest {
  readonly below: Image;
  /** Names the new image. */
  readonly reference: string;
  /** Takes only these paths, and the config of `below`. */
  readonly only?: LayerPaths;
}

/** Paths of a layer. */
export interface LayerPaths {
  /** Copied from the layers. */
  readonly copy: readonly BytePath[];
  /** Deleted from `below`. */
  readonly hide: readonly BytePath[];
  /** Folders of `below` above these paths, unchanged. */
  readonly leading: readonly BytePath[];
}

export interface LayerWeight {
  /** Bytes of files that the image shows. */
  readonly live: number;
  /** Bytes of files that a layer above deletes or replaces; they are transferred all the same. */
  readonly dead: number;
}
