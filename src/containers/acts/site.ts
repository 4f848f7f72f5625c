import type { ServiceImage } from '../../image/service-image.ts';
import type { TrustNeed } from '../../model/trust.ts';
import type { Version } from '../../model/version.ts';
import type { Place } from '../../observe/place.ts';
import type { Project } from '../../observe/project.ts';
import type { Observed } from '../../plan/observed.ts';
import type { Leave, Leaving } from '../../plan/leave.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { GivenProxy } from '../secret-values/provide-proxy.ts';
import type { SecretValues } from '../secret-values/resolve-secrets.ts';
import type { MachineSettings } from '../workspace-settings.ts';

/** What the container of a workspace is created from. */
export interface Source {
  readonly version: Pick<Version, 'number' | 'content'>;
  /** Name of its image, below the person's own layer. */
  readonly reference: string;
}

/** What a new container gets before it starts for the first time. */
export interface Filling {
  /** Value of the container's label for carried changes. */
  readonly label?: string;
  /** The container's name until it is complete. Default: one that marks it as half made. */
  readonly name?: string;
  readonly fill: (container: string) => Promise<void>;
  /** Must be called once the plan was carried out, or was not. */
  readonly end: () => Promise<void>;
}

/** Context and shared state of the acts on one workspace's containers. */
export interface Site {
  readonly context: Context;
  readonly engine: Engine;
  readonly place: Place;
  readonly project: Project;
  readonly machine: MachineSettings;
  /** Needs of the project that the person agreed to. */
  readonly agreed: readonly TrustNeed[];
  /** What the workspace's container is created from; its image may have the person's own layer on top. */
  readonly source?: Source | undefined;
  /** Networks of containers, by service; '' for the workspace. */
  readonly endpoints: Observed['networks']['endpoints'];
  /** Images of services, by name. */
  readonly images: ReadonlyMap<string, ServiceImage>;
  /** Hash of what the update hook depends on. */
  readonly update: string;
  /** Guards a container that is removed. */
  readonly leave: Leave;
  readonly filling?: Filling | undefined;
  /** Ids of created and kept containers, by service; '' for the workspace. */
  readonly containers: Map<string, string>;
  /** Held containers that are to be removed. */
  readonly held: Map<string, Leaving>;
  /** Values of secrets, once they are read. */
  secrets: SecretValues;
  /** The person's proxies, once they are read, if something asks for them. */
  proxy: GivenProxy;
}
