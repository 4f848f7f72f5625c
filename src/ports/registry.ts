import type { RegistryAuth } from './engine.ts';

/** What this machine knows about registries: logins, in Docker's own files and helpers. */
export interface Registry {
  /** The login for an image reference; absent for an anonymous try. Never echoed. */
  readonly findAuth: (reference: string) => Promise<RegistryAuth | undefined>;
}
