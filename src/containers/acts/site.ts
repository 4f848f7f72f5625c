import type { ServiceImage } from '../../image/service-image.ts';
import type { Version } from '../../model/version.ts';
import type { Place } from '../../observe/place.ts';
import type { Project } from '../../observe/project.ts';
import type { Leave, Leaving } from '../../plan/leave.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { SecretValues } from '../secret-values/resolve-secrets.ts';
import type { Machine } from '../workspace-settings.ts';

/** Where operations on the containers of one workspace are carried out, and what they hand on to each other. */
export interface Site {
  readonly context: Context;
  readonly engine: Engine;
  readonly place: Place;
  readonly project: Project;
  readonly machine: Machine;
  /** What the workspace's container is created from: a version, and the name of its image or of the person's own on top. */
  readonly version?: Pick<Version, 'number' | 'content'> | undefined;
  readonly image?: string | undefined;
  /** Name of the network, where there is one. */
  readonly network?: string | undefined;
  /** Images of services, by name. */
  readonly images: ReadonlyMap<string, ServiceImage>;
  /** Hash of what the update hook depends on. */
  readonly update: string;
  /** Guards a container that goes. */
  readonly leave: Leave;
  /** Changes of the container that is replaced, on their way into the new one. */
  readonly carrying?: { readonly label: string; readonly fill: (container: string) => Promise<void> } | undefined;
  /** Ids of containers that operations created or that go on, by service; '' for the workspace. */
  readonly containers: Map<string, string>;
  /** Containers that stand still until they go. */
  readonly held: Map<string, Leaving>;
  /** Values of secrets, once they were read. */
  secrets: SecretValues;
}
