/** What this machine knows about registries: logins, in Docker's own files and helpers. */
export interface Registry {
  /** The login for an image reference; absent for an anonymous try. Never echoed. */
  readonly findAuth: (reference: string) => Promise<RegistryAuth | undefined>;
}

export interface RegistryAuth {
  readonly username: string;
  readonly password: string;
  /** From a login by browser; then username and password are empty. */
  readonly identityToken?: string;
  /** A token for one repository, issued for a login; then username and password are empty. */
  readonly registryToken?: string;
  /** Host and port as in the image reference; `https://index.docker.io/v1/` for Docker Hub. */
  readonly server: string;
}
