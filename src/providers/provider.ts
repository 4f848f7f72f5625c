import type { Environment } from '../model/environment.ts';
import type { Items } from '../model/item.ts';
import type { Step } from '../model/plan.ts';

/**
 * One tool ecosystem: data and pure functions. It runs nothing; it says what
 * would have to be run.
 */
export interface Provider {
  /** Item ids are `name` or `name:…`; the lock's pins are filed under it. */
  readonly name: string;
  /**
   * What the environment asks of this provider. `hashes`: project path →
   * sha256 of its content. Throws CONFIG_INVALID for text that may not reach a command.
   */
  readonly items: (environment: Environment, hashes: Readonly<Record<string, string>>) => Items;
  /** Bring an image that has `recorded` to `wanted`; items of this provider only. `'rebuild'` where that cannot be done on top. */
  readonly plan: (wanted: Items, recorded: Items, environment: Environment, pins: Pins) => readonly Step[] | Rebuild;
  /** How to ask an image what it has. */
  readonly probe?: Probe;
  /** What devenv.yaml would say of a package that a person installed by hand. Absent where nothing can be said. */
  readonly declare?: (found: FoundPackage, pin: PinStyle) => Declared;
}

/** `none`: the newest, and the lock holds the version. `minor`: as `none` where the ecosystem has no ranges. */
export type PinStyle = 'exact' | 'minor' | 'none';

export interface FoundPackage {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** The value of its item, where it is declared already. */
  readonly declared?: string;
}

export type Declared =
  | { readonly kind: 'item'; readonly id: string; readonly value: string }
  /** For people: `its name is unusual`. */
  | { readonly kind: 'opaque'; readonly reason: string };

export interface Probe {
  readonly argv: readonly string[];
  /** stdout → name → exact version. Hostile text: never trusted, never thrown at. */
  readonly parse: (stdout: string) => Readonly<Record<string, string>>;
}

/**
 * Exact versions to use where the lock pins them: name → version. Empty: the
 * newest that fits. Pins that do not fit what is wanted are not used.
 */
export type Pins = Readonly<Record<string, string>>;

export interface Rebuild {
  readonly kind: 'rebuild';
  /** For people: `run entry "protoc" was removed`. */
  readonly cause: string;
}
