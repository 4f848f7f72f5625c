import type { Container } from '../model/container.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Digest } from '../model/version.ts';
import type { Need, ServiceNetwork } from '../model/service.ts';
import type { Hooks, HostPort, PortMapping } from '../model/workspace.ts';
import type { HookState } from './plan-hooks.ts';

/**
 * Everything that a planner knows of one workspace, as plain values: what
 * devenv.yaml and the lock say, and what the engine has.
 */
export interface Observed {
  readonly image: ObservedImage;
  readonly workspace: ObservedWorkspace;
  /** In the order of devenv.yaml. */
  readonly services: readonly ObservedService[];
  /** Containers of services, also of those that devenv.yaml no longer has. */
  readonly serviceContainers: readonly ObservedContainer[];
  readonly networks: ObservedNetworks;
  /** Names of the workspace's own volumes on the engine, as devenv.yaml has them. */
  readonly volumes: readonly string[];
  /** Volumes that the team's data fills in a new workspace; none without `data: seed`. */
  readonly seed: readonly string[];
  /** Volumes whose data lies where the project was before. */
  readonly adopted: readonly string[];
  /** Ports of the host that other containers have, or open again when they start. */
  readonly ports: readonly TakenPort[];
  /** Containers that could not start because one of their ports is taken. */
  readonly portless: readonly string[];
  /** devenv.yaml names secrets. Reading their values may run a program of the host, or ask. */
  readonly secrets: boolean;
  /** Hooks get the proxies of the person. */
  readonly proxy?: boolean;
}

/** The networks of a workspace, by the engine's names. */
export interface ObservedNetworks {
  /** Those that its containers need. */
  readonly needed: readonly ObservedNetwork[];
  /** Those that nothing in devenv.yaml needs any more. */
  readonly left: readonly string[];
  /** Name of a service, '' for the workspace itself → the networks that its container is to be on; it is created on the first. */
  readonly endpoints: ReadonlyMap<string, readonly Endpoint[]>;
}

interface ObservedNetwork {
  readonly name: string;
  /** It has no way out. */
  readonly internal: boolean;
  /** False if it must be created; containers that name it were on one that was removed. */
  readonly there: boolean;
}

/** A container's place on a network. */
export interface Endpoint {
  readonly network: string;
  /** All names of the container on it. */
  readonly aliases: readonly string[];
}

export interface ObservedImage {
  /** The build that brings the current version to devenv.yaml. */
  readonly build: ImagePlan;
  /** The base, as devenv.yaml has it. */
  readonly base: string;
  /** Absent before the first build. */
  readonly current?: { readonly number: number; readonly content: Digest } | undefined;
  /** Number of the next version. */
  readonly next: number;
  /** True if the engine has the image that is needed first: the current version's, or the one that a build starts from. */
  readonly here: boolean;
  /** The image with the person's own layer; `none` if the person adds nothing to the image. */
  readonly personal: 'none' | 'missing' | 'here';
  /** True if the lock names images of services that devenv.yaml does not ask for. */
  readonly stalePins: boolean;
}

/** A container, and what it was created from. */
export interface ObservedContainer {
  readonly container: Container;
  /** Of the workspace: the content it stands at. Of a service: the identity of its image. */
  readonly content: string;
  /** Hash of the settings that it was created with. */
  readonly settings: string;
  /** Of the workspace: keys of devenv.yaml whose settings differ from those that it was created with. */
  readonly changed?: readonly string[];
  /** Id of the container whose network it uses. */
  readonly shares?: string | undefined;
  /** Absent for the workspace itself. */
  readonly service?: string;
  /** The folder where the project was before, if the container belongs there. */
  readonly former?: string | undefined;
}

export interface ObservedWorkspace {
  /** Hash of the settings that devenv.yaml asks for. */
  readonly settings: string;
  readonly ports: readonly PortMapping[];
  /** Names of volumes that its container mounts. */
  readonly volumes: readonly string[];
  /** Missing folders of the host to create for mounts. */
  readonly folders: readonly string[];
  readonly containers: readonly ObservedContainer[];
  readonly hooks: Hooks;
  /** Hash of what the update hook depends on. */
  readonly update: string;
  /** What devenv did in a container since it was created. */
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
  /** Identity of its image; absent if nothing pins it yet. */
  readonly content?: string | undefined;
  /** Hash of the settings that devenv.yaml asks for. */
  readonly settings: string;
  /** How the engine gets its image, and from where. */
  readonly how: 'pull' | 'build';
  readonly source: string;
  /** True if the engine has its image, checked. */
  readonly here: boolean;
  readonly ports: readonly PortMapping[];
  /** Names of volumes that its container mounts, as far as they are known. */
  readonly volumes: readonly string[];
  readonly dependsOn: readonly Need[];
  readonly until?: 'completed' | undefined;
  /** It starts with the proxies of the person. */
  readonly proxy?: true | undefined;
  /** Absent: it has endpoints of its own. */
  readonly network?: ServiceNetwork | undefined;
  /** Its readiness is checked from the workspace. */
  readonly askedFromWorkspace: boolean;
  /** False if it runs and does not answer. */
  readonly ready?: boolean | undefined;
}

/** A port of the host, and what has it. */
export interface TakenPort extends HostPort {
  /** Name of a container; empty for another program of the engine's machine. */
  readonly holder: string;
  /** Id of that container, if it is one of this workspace. */
  readonly container?: string | undefined;
}
