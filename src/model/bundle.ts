import type { Image } from './image.ts';
import type { Digest } from './version.ts';

/** Versions as one file. */
export interface BundleIndex {
  readonly project: string;
  /** The version whose layers are not in the file, and which the reader has to have. Absent in a whole bundle. */
  readonly above?: number;
  /** Of devenv-lock.yaml and devenv.yaml. */
  readonly lock: Digest;
  readonly environment: Digest;
  readonly images: readonly BundleImage[];
}

export interface BundleImage {
  readonly role: BundleRole;
  /** Of its manifest. */
  readonly manifest: Digest;
  /** From its config; `id` is the digest of the config, `size` the sum of the layers in the file. */
  readonly image: Image;
  readonly config: Digest;
  /** Base first. */
  readonly layers: readonly BundleLayer[];
}

export interface BundleLayer {
  /** Of the blob; of the uncompressed layer, if the file does not hold it. */
  readonly digest: Digest;
  /** Bytes of the blob. */
  readonly size: number;
  readonly compressed: boolean;
  /** False for a layer that the file leaves out, because version `above` has it. */
  readonly here: boolean;
}

/** What an image is for. `pin`: the digest by which devenv-lock.yaml names it. */
export type BundleRole =
  | { readonly kind: 'version'; readonly number: number }
  | { readonly kind: 'service'; readonly name: string; readonly image: string; readonly pin?: Digest }
  | { readonly kind: 'seed'; readonly pin: Digest };
