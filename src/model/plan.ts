import type { ItemsDelta } from './item.ts';
import type { FileEntry } from './image-inputs.ts';
import type { Digest } from './version.ts';

/** One unit of image building, as plain data: becomes one layer. */
export interface Step {
  /** `apt`, `npm`, `run:protoc` … */
  readonly id: string;
  /** For people: `install git, ripgrep`. */
  readonly title: string;
  /** Why it runs: `not in version 3`, `base changed`. */
  readonly cause: string;
  readonly actions: readonly Action[];
  /** Variables that the image has from this step on; `${NAME}` refers to those before it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Part of the step's identity beyond its actions: hashes of files that a command reads. */
  readonly identity?: string;
}

/** One action of a step in its builder container. */
export type Action =
  /** Runs a program as root in /workspace, without a shell, with package caches mounted. */
  | {
      readonly kind: 'exec';
      readonly argv: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      /** The provider whose settings of this machine it gets. */
      readonly settings?: string;
    }
  /** Gets the files of a Dev Container Feature and runs its install.sh in their folder. */
  | {
      readonly kind: 'feature';
      readonly source: string;
      readonly digest: Digest;
      /** Variable → value of its options; also in devcontainer-features.env. */
      readonly options: Readonly<Record<string, string>>;
      /** The user of the workspace. */
      readonly env: Readonly<Record<string, string>>;
    }
  /** Copies a project file into the image. */
  | { readonly kind: 'copy'; readonly file: FileEntry }
  /** Downloads a file, checks its sha256, and runs a program with its path in DEVENV_DOWNLOAD. */
  | {
      readonly kind: 'download';
      /** Its name in the lock. */
      readonly name: string;
      /** Architecture as images name it, or `any` → address; exactly one once the step is pinned. */
      readonly urls: Readonly<Record<string, string>>;
      /** sha256 in hex, by the keys of `urls`: as declared, and for exactly one once the step is pinned. */
      readonly sha256: Readonly<Record<string, string>>;
      /** From the lock, of all downloads: `NAME.url.ARCH` → address, `NAME.sha256.ARCH` → sha256 in hex. */
      readonly pins: Readonly<Record<string, string>>;
      /** Of the OpenPGP key that the file must be: upper-case hex. */
      readonly fingerprint?: string;
      /** Absolute path in the image: what is at or below it is public. */
      readonly to: string;
      readonly argv: readonly string[];
    }
  /** Downloads a package of the npm registry, checks its integrity and unpacks it in the image. */
  | {
      readonly kind: 'unpack';
      /** `{arch}` stands for the image's architecture as npm names it, `x64` or `arm64`, and `{cpu}` for `x64` or `aarch64`. */
      readonly package: string;
      /** Its name in the lock. */
      readonly name: string;
      /** As written in devenv.yaml (`24`, `24.1`, `24.1.0`, `lts`, `latest`); exact once the step is pinned. */
      readonly range: string;
      /** From the lock: `NAME` → version, `NAME.integrity` or `NAME.integrity.ARCH` → `sha512-…`. */
      readonly pins: Readonly<Record<string, string>>;
      /** A folder in the image; created if missing. */
      readonly to: string;
      /** Parts of the package; empty: all. */
      readonly paths: readonly string[];
    };

/** Where an image build starts. */
type Start = { readonly kind: 'base' } | { readonly kind: 'version'; readonly number: number };

/** The build that brings the recorded environment to the desired one. */
export type ImagePlan =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'build';
      readonly start: Start;
      /** Why it starts there, if not at the current version. */
      readonly cause?: string;
      readonly steps: readonly Step[];
      /** Relative to the version that the plan starts from; all items for the base. */
      readonly items: ItemsDelta;
      /** Numbers of commits whose undeclared changes the new version loses. */
      readonly loses: readonly number[];
    };
