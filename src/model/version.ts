import type { ItemsDelta } from './item.ts';

/** `sha256:` and 64 hex digits. */
export type Digest = `sha256:${string}`;

export type VersionKind = 'build' | 'commit' | 'rollback';

/** One immutable, numbered state of the environment's image. */
export interface Version {
  /** 1, 2, 3 …; order is by number, never by date. */
  readonly number: number;
  readonly kind: VersionKind;
  /** The version that was current when this one was made; absent for the first. */
  readonly parent?: number;
  /** The version whose image this one extends; absent where it was built from the base. */
  readonly from?: number;
  /** sha256 over the ordered diff_ids and the normalised config; equal on every engine. */
  readonly content: Digest;
  readonly author: string;
  /** ISO 8601, UTC, to the second. */
  readonly date: string;
  readonly message: string;
  /** Bytes of the whole image, uncompressed, as the engine that made it reported. */
  readonly size: number;
  /** Number of layers. */
  readonly layers: number;
  /** Manifest digest in the registry; absent until a push was verified there. */
  readonly digest?: Digest;
  /** What this version declares beyond `from`. */
  readonly items: ItemsDelta;
  /** What was taken for a secret, and was let pass by its author: what and why. */
  readonly allowed?: readonly Allowance[];
}

/** Exact versions of everything declared: provider → name → version (or digest, or integrity). */
export type Resolved = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a service runs, as exactly as it could be told when it was first brought up. */
export type ServicePin =
  | {
      /** As written in devenv.yaml. */
      readonly image: string;
      readonly digest: Digest;
    }
  | {
      /** Hash of what devenv.yaml asks of the image. */
      readonly build: Digest;
      readonly resolved: Resolved;
      /** As in a version. */
      readonly allowed?: readonly Allowance[];
    };

/** Name of a service → its image. */
export type ServicePins = Readonly<Record<string, ServicePin>>;

/** Data that a new workspace starts with: volumes of a snapshot, as an image in the registry. */
export interface Seed {
  /** Its manifest, verified there. */
  readonly digest: Digest;
  /** Names of the volumes that it fills. */
  readonly volumes: readonly string[];
  readonly author: string;
  /** ISO 8601, UTC, to the second. */
  readonly date: string;
  /** As in a version. */
  readonly allowed?: readonly Allowance[];
}

/** The content of `devenv-lock.yaml`. */
export interface Lock {
  readonly name: string;
  /** Number of the version that `up` makes a workspace of. */
  readonly current: number;
  /** Hash of the image-shaping part of devenv.yaml that the current version satisfies. */
  readonly shape: Digest;
  readonly resolved: Resolved;
  /** Absent before there was any. Services without a registry's digest are not in it. */
  readonly services?: ServicePins;
  /** The one that was pushed as last. */
  readonly seed?: Seed;
  /** Ascending by number. */
  readonly versions: readonly Version[];
}

/** A finding that somebody let pass, on the record. */
export interface Allowance {
  readonly path: string;
  readonly reason: string;
  /** sha256 of what was let pass there; something else in that place is asked for again. */
  readonly content?: Digest;
}
