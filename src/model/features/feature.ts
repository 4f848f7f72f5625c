import type { Digest } from '../version.ts';
import type { CommandLine } from '../workspace.ts';

/** Option → value, as they are written. */
export type FeatureOptions = Readonly<Record<string, string | boolean>>;

/** A Dev Container Feature that devenv.yaml, or another Feature, asks for. */
export interface FeatureRequest {
  /** `registry/namespace/id`, perhaps with tag or digest; an https address; or `./` and a folder of the project. */
  readonly source: string;
  readonly options: FeatureOptions;
}

export interface FeatureOption {
  readonly type: 'string' | 'boolean';
  readonly default?: string | boolean;
  /** The only values that it takes. */
  readonly enum?: readonly string[];
}

export interface FeatureMount {
  readonly type: 'volume' | 'bind';
  readonly source: string;
  readonly target: string;
}

/** When commands of a Feature run, as devcontainer-feature.json names it. */
export const featureMoments = [
  'onCreateCommand',
  'updateContentCommand',
  'postCreateCommand',
  'postStartCommand',
  'postAttachCommand',
] as const;

/** One command, or several with names, which run in parallel. */
export type FeatureCommands = CommandLine | Readonly<Record<string, CommandLine>>;

/** The keys of devcontainer-feature.json that devenv uses; empty ones are absent. */
export interface FeatureMetadata extends Readonly<Partial<Record<(typeof featureMoments)[number], FeatureCommands>>> {
  readonly id: string;
  readonly version?: string;
  readonly options?: Readonly<Record<string, FeatureOption>>;
  readonly dependsOn?: Readonly<Record<string, FeatureOptions>>;
  readonly installsAfter?: readonly string[];
  readonly legacyIds?: readonly string[];
  /** `${NAME}` refers to the image. */
  readonly containerEnv?: Readonly<Record<string, string>>;
  readonly mounts?: readonly FeatureMount[];
  readonly init?: true;
  readonly privileged?: true;
  readonly capAdd?: readonly string[];
  readonly securityOpt?: readonly string[];
  /** A line for sh. */
  readonly entrypoint?: string;
  readonly deprecated?: true;
}

/** The content of a source: what a version records, so that nobody reads it again. */
export interface KnownFeature {
  /** Of the manifest in the registry, of the tarball, or of the folder's files. */
  readonly digest: Digest;
  readonly metadata: FeatureMetadata;
}

/** A Feature of an image. */
export interface Feature extends FeatureRequest, KnownFeature {
  /** Its name in items: the source, with a number if the same source is installed with other options, too. */
  readonly name: string;
  /** Names of those that have to be installed before it. */
  readonly after: readonly string[];
}

/** What devenv.yaml says about Features. */
export interface FeatureSelection {
  /** In the order of the file. */
  readonly requests: readonly FeatureRequest[];
  /** Names without tags, in the order in which they are installed before all others. */
  readonly order: readonly string[];
  /** With those that they depend on, in the order of their installation. Absent while one of them is not known. */
  readonly installed?: readonly Feature[];
}
