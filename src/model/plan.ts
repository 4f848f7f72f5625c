import type { ItemsDelta } from './item.ts';
import type { FileEntry } from './image-inputs.ts';

/** One unit of image building: becomes one layer. A step is plain data; running it decides nothing. */
export interface Step {
  /** `apt`, `npm`, `run:protoc` … */
  readonly id: string;
  /** For people: `install git, ripgrep`. */
  readonly title: string;
  /** Why it is there: `not in version 3`, `base changed`. */
  readonly cause: string;
  readonly actions: readonly Action[];
  /** What the step depends on beyond its actions: hashes of the files that a command reads. */
  readonly identity?: string;
}

/** One thing that a step does in its builder container, in order. */
export type Action =
  /** Runs a program as root in /workspace; never through a shell unless argv says so. Package caches are mounted. */
  | { readonly kind: 'exec'; readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> }
  /** Copies a project file into the image. */
  | { readonly kind: 'copy'; readonly file: FileEntry }
  /** Fetches a package of the npm registry, checks its integrity and unpacks it in the image. */
  | {
      readonly kind: 'unpack';
      /** `{arch}` stands for the image's architecture as npm names it: `x64`, `arm64`. */
      readonly package: string;
      /** The name under which the lock records what was taken. */
      readonly name: string;
      /** As written in devenv.yaml (`24`, `24.1`, `24.1.0`, `lts`, `latest`); exact once the step is pinned. */
      readonly range: string;
      /** From the lock: `NAME` → version, `NAME.integrity` or `NAME.integrity.ARCH` → `sha512-…`. */
      readonly pins: Readonly<Record<string, string>>;
      /** A folder in the image; made where it is missing. */
      readonly to: string;
      /** Which parts of the package; empty: all of it. */
      readonly paths: readonly string[];
    };

/** Where an image build starts. */
export type Start = { readonly kind: 'base' } | { readonly kind: 'version'; readonly number: number };

/** What brings the recorded environment to the desired one. */
export type ImagePlan =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'build';
      readonly start: Start;
      /** Why it starts there, where that is not simply the current version. */
      readonly cause?: string;
      readonly steps: readonly Step[];
      /** Against the version that the plan starts from; everything for the base. */
      readonly items: ItemsDelta;
      /** Numbers of commits whose undeclared changes the new version will not have. */
      readonly loses: readonly number[];
    };
