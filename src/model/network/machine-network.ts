import type { Proxies } from './proxies.ts';

/** How a person's machine reaches the world. In no image, label, lock or log. */
export interface MachineNetwork {
  /** For devenv itself, and for build steps. */
  readonly proxies: Proxies;
  /** Providers whose logins at their registries build steps may use: `npm`, `pip`. */
  readonly logins: readonly string[];
}
