import type { Container } from '../model/container.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Digest } from '../model/version.ts';
import type { Hook, HookMoment, HostPort, PortMapping } from '../model/workspace.ts';
import type { HookState } from './plan-hooks.ts';

/**
 * Everything that is known when a plan is made: what devenv.yaml and the lock
 * say of one workspace, and what the engine has of it. Plain values, observed
 * once; no planner asks for more.
 */
export interface Observed {
  readonly image: ObservedImage;
  readonly workspace: ObservedWorkspace;
  /** In the order of devenv.yaml. */
  readonly services: readonly ObservedService[];
  /** Containers of services, those included that devenv.yaml no longer has. */
  readonly serviceContainers: readonly ObservedContainer[];
  /** Absent where no container of the workspace needs one. */
  readonly network?: ObservedNetwork | undefined;
  /** True where containers are on a network that is needed no more. */
  readonly networkLeft: boolean;
  /** Names of the workspace's own volumes on the engine, as devenv.yaml has them. */
  readonly volumes: readonly string[];
  /** Volumes that the team's data fills in a new workspace; none without `data: seed`. */
  readonly seed: readonly string[];
  /** What other containers have open on the host, or open again when they start. */
  readonly ports: readonly TakenPort[];
  /** Containers that could not start, since somebody has one of their ports. */
  readonly portless: readonly string[];
  /** devenv.yaml names secrets: reading their values may run a program of the host, or ask. */
  readonly secrets: boolean;
}

export interface ObservedNetwork {
  readonly name: string;
  /** False: it has yet to be created, and what containers have of one of its name is no more. */
  readonly there: boolean;
}

export interface ObservedImage {
  /** What brings the current version to devenv.yaml. */
  readonly build: ImagePlan;
  /** The base, as devenv.yaml has it. */
  readonly base: string;
  /** Absent before the first build. */
  readonly current?: { readonly number: number; readonly content: Digest } | undefined;
  /** Number of the next version. */
  readonly next: number;
  /** False where the engine lacks the image that is needed first: the current version's, or the one that a build starts from. */
  readonly here: boolean;
  /** What the person adds: nothing that is in an image, or an image that this engine has yet to make. */
  readonly personal: 'none' | 'missing' | 'here';
  /** True where the lock names images of services that devenv.yaml does not ask for. */
  readonly stalePins: boolean;
}

/** What a container is made of, and what it should be made of. */
export interface ObservedContainer {
  readonly container: Container;
  /** The workspace: the content it stands at. A service: what tells its image from others. */
  readonly content: string;
  /** Hash of everything else that it is made from. */
  readonly settings: string;
  /** Absent for the workspace itself. */
  readonly service?: string;
}

export interface ObservedWorkspace {
  /** Hash of the settings that devenv.yaml asks for. */
  readonly settings: string;
  readonly ports: readonly PortMapping[];
  /** Names of volumes that its container mounts. */
  readonly volumes: readonly string[];
  /** Folders of the host to create where they are missing, for mounts. */
  readonly folders: readonly string[];
  readonly containers: readonly ObservedContainer[];
  readonly hooks: Readonly<Partial<Record<HookMoment, Hook>>>;
  /** What the update hook ran for last, where it is up to date. */
  readonly update: string;
  /** What was done with a container since it was created. */
  readonly record?: ObservedRecord | undefined;
}

export interface ObservedRecord {
  readonly container: string;
  readonly hooks: HookState;
  /** `stale`: the container was started since its owners were mapped. */
  readonly owners: 'settled' | 'mapped' | 'stale';
}

export interface ObservedService {
  readonly name: string;
  /** What tells its image from others; absent where nothing pins it yet. */
  readonly content?: string | undefined;
  /** Hash of the settings that devenv.yaml asks for. */
  readonly settings: string;
  /** How its image comes here, and from where. */
  readonly how: 'pull' | 'build';
  readonly source: string;
  /** True where its image is on the engine, checked. */
  readonly here: boolean;
  readonly ports: readonly PortMapping[];
  /** Names of volumes that its container mounts, as far as they are known. */
  readonly volumes: readonly string[];
  readonly dependsOn: readonly string[];
  /** Its readiness is asked from the workspace. */
  readonly askedFromWorkspace: boolean;
  /** False where it runs and does not answer. */
  readonly ready?: boolean | undefined;
}

/** A port of the host, and who has it. */
export interface TakenPort extends HostPort {
  /** Name of a container; empty for another program of the engine's machine. */
  readonly holder: string;
  /** Id of that container, where it is one of this workspace. */
  readonly container?: string | undefined;
}
