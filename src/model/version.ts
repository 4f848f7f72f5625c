import type { ItemsDelta } from './item.ts';

/** `sha256:` and 64 hex digits. */
export type Digest = `sha256:${string}`;

export const isDigest = (value: unknown): value is Digest =>
  typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);

export type VersionKind = 'build' | 'commit' | 'rollback';

/** One immutable, numbered state of the environment's image. */
export interface Version {
  /** 1, 2, 3 …; order is by number, never by date. */
  readonly number: number;
  readonly kind: VersionKind;
  /** The version that was current when this one was made; absent for the first. */
  readonly parent?: number;
  /** The version whose image this one extends; absent if it was built from the base. */
  readonly from?: number;
  /** sha256 over the ordered diff_ids and the normalised config; equal on every engine. */
  readonly content: Digest;
  readonly author: string;
  /** ISO 8601, UTC, to the second. */
  readonly date: string;
  readonly message: string;
  /** Bytes of the whole image, uncompressed, as its engine reported. */
  readonly size: number;
  /** Number of layers. */
  readonly layers: number;
  /** Manifest digest in the registry; absent until a push was verified. */
  readonly digest?: Digest;
  /** What this version declares beyond `from`. */
  readonly items: ItemsDelta;
  /** Findings that the author accepted. */
  readonly allowed?: readonly Allowance[];
}

/** Exact versions of everything declared: provider → name → version (or digest, or integrity). */
export type Resolved = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The image of a service, as exact as it was known at its first start. */
export type ServicePin =
  | {
      /** As written in devenv.yaml. */
      readonly image: string;
      readonly digest: Digest;
    }
  | {
      /** Hash of the build in devenv.yaml. */
      readonly build: Digest;
      readonly resolved: Resolved;
      /** As in a version. */
      readonly allowed?: readonly Allowance[];
    };

/** Name of a service → its image. */
export type ServicePins = Readonly<Record<string, ServicePin>>;

/** The initial data of new workspaces: volumes of a snapshot, as an image in the registry. */
export interface Seed {
  /** Of its manifest, verified in the registry. */
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
  /** Number of the version that `up` creates workspaces from. */
  readonly current: number;
  /** Hash of the part of devenv.yaml that shapes the image, as in the current version. */
  readonly shape: Digest;
  readonly resolved: Resolved;
  /** Without services that have no digest in a registry. Absent if there are none. */
  readonly services?: ServicePins;
  /** The last one that was pushed. */
  readonly seed?: Seed;
  /** Key of a build step → the manifest of its image in the registry. Absent if none was sent there. */
  readonly steps?: Readonly<Record<string, Digest>>;
  /** Ascending by number. */
  readonly versions: readonly Version[];
}

/** A finding that a person accepted. */
export interface Allowance {
  readonly path: string;
  readonly reason: string;
  /** sha256 of the accepted content; other content is refused again. */
  readonly content?: Digest;
}
