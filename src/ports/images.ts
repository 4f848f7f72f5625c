import type { Image, ImageConfig } from '../model/image.ts';
import type { Digest } from '../model/version.ts';
import type { RegistryAuth } from './registry.ts';

/**
 * The images that an engine holds, and their way to and from registries.
 *
 * A *reference* names an image: `name`, `name:tag`, `name@sha256:…`, or the
 * engine's id of it. Several references may name one image; an image without
 * one is removed by the engine at some time.
 *
 * Throws ENGINE_UNREACHABLE if the engine is gone, and ENGINE_REFUSED for an
 * answer that no method names.
 */
export interface Images {
  /** Undefined if the engine has no such image. */
  inspect(reference: string): Promise<Image | undefined>;
  /** Images that carry all labels (`name=value`), newest first, to the second. */
  list(labels: readonly string[]): Promise<readonly Pick<Image, 'id' | 'tags'>[]>;
  /** Gives an image one more name. A name that another image has moves to this one. */
  tag(source: string, target: string): Promise<void>;
  /** Takes a name away, and removes the image with its last one. Nothing to remove is no error. */
  remove(reference: string): Promise<void>;
  /**
   * The same layers under another name, with labels added or replaced. Adds no layer. `holder`: the start of the name of
   * a container that an engine may need for it, by which the next command finds what a killed one left.
   */
  label(source: string, reference: string, labels: Readonly<Record<string, string>>, holder?: string): Promise<void>;
  /** Throws IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE, REGISTRY_UNTRUSTED. A stream that ends early is a failure. */
  pull(reference: string, options: TransferOptions): Promise<void>;
  /** Resolves with the manifest's digest as the registry took it. Errors as pull. */
  push(reference: string, options: TransferOptions): Promise<Digest>;
  /**
   * The digest that a registry holds under a reference; undefined if it holds
   * none. Errors as pull.
   */
  resolveDigest(reference: string, auth?: RegistryAuth): Promise<Digest | undefined>;
  /** The bytes that a registry has under a reference: a manifest, or an index of them. Undefined, errors: as resolveDigest. */
  readManifest(reference: string, auth?: RegistryAuth): Promise<Uint8Array | undefined>;
  /** The tags of a repository in its registry, `most` at most. Errors as resolveDigest. */
  listTags(repository: string, most: number, auth?: RegistryAuth): Promise<readonly string[]>;
  /** Deletes a manifest in a registry, with its tags. False if there is none. Throws REGISTRY_DENIED if it deletes nothing. */
  deleteManifest(repository: string, digest: Digest, auth?: RegistryAuth): Promise<boolean>;
  /**
   * Images as a tar with `manifest.json`, each layer once: as \`docker save\` writes it. The same images give entries in
   * the same order.
   */
  save(references: readonly string[], signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * Takes images with their names from a tar with `manifest.json`. Layers may be compressed by gzip. An error of `tar`
   * is thrown on; no image has a name then.
   */
  load(tar: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Makes an image of one layer from a root file system as an uncompressed tar. */
  import(tar: AsyncIterable<Uint8Array>, reference: string, config: ImageConfig): Promise<void>;
}

export interface TransferOptions {
  readonly auth?: RegistryAuth;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Transfer) => void;
}

export interface Transfer {
  /** Layer id, short. */
  readonly layer: string;
  readonly status: string;
  /** Bytes; 0 when unknown. */
  readonly done: number;
  readonly total: number;
}
