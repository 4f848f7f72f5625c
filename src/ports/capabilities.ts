/**
 * What an engine can do, known as soon as it is connected. Use cases decide by
 * these values, never by the name of the engine.
 */
export interface Capabilities {
  /** Folders of this machine can be mounted in containers: the engine runs on it. */
  readonly mountsFolders: boolean;
  /** `Images.resolveDigest` asks a registry for a digest. Without it, pull and read the image's digests. */
  readonly resolvesDigests: boolean;
  /** `Builder.commit` adds the paths of the container's anonymous volumes to the image's config. */
  readonly commitsAnonymousVolumes: boolean;
  /** `Builder.build` takes secrets. */
  readonly mountsBuildSecrets: boolean;
}
