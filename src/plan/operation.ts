import type { UpHook, PublishedPort } from '../model/workspace.ts';
import type { Endpoint } from './observed.ts';

/** A decision about one container; a plan spells it out as operations. */
export type Decision =
  | { readonly kind: 'create'; readonly cause: string }
  | { readonly kind: 'recreate'; readonly container: string; readonly cause: string }
  | { readonly kind: 'start'; readonly container: string; readonly cause: string }
  | { readonly kind: 'unpause'; readonly container: string; readonly cause: string }
  | ({ readonly kind: 'connect'; readonly container: string; readonly cause: string } & Endpoint)
  | { readonly kind: 'disconnect'; readonly container: string; readonly network: string; readonly cause: string }
  | { readonly kind: 'stop'; readonly container: string; readonly cause: string }
  | { readonly kind: 'remove'; readonly container: string; readonly cause: string };

/** A decision about the container of a service. */
export type ServiceDecision = Decision & { readonly service: string };

/** True for a decision that creates a container. */
export const isCreation = ({ kind }: Decision): boolean => kind === 'create' || kind === 'recreate';

/** The container that an operation is about. `service` is absent for the workspace itself. */
interface OfContainer {
  readonly service?: string;
}

/** What an operation does: one call of one port, or one act with a name. */
export type Act =
  // Images.
  | { readonly kind: 'pull'; readonly version: number }
  | { readonly kind: 'base'; readonly base: string }
  | { readonly kind: 'step'; readonly index: number; readonly step: string; readonly title: string }
  /** Checks the new image, names it and writes the lock. */
  | { readonly kind: 'record'; readonly version: number }
  | {
      readonly kind: 'service-image';
      readonly service: string;
      readonly how: 'pull' | 'build';
      readonly source: string;
    }
  /** Edits devenv.yaml to match the version. */
  | { readonly kind: 'declare' }
  /** Writes into the lock which images the services run. */
  | { readonly kind: 'pin'; readonly services: readonly string[] }
  /** Adds the person's own layer to the version's image. */
  | { readonly kind: 'personal' }
  // What containers need.
  | { readonly kind: 'values' }
  | { readonly kind: 'network'; readonly network: string; readonly internal: boolean }
  | { readonly kind: 'volume'; readonly volume: string }
  | { readonly kind: 'seed'; readonly volumes: readonly string[] }
  /** Creates volumes with the data that they had where the project was before. */
  | { readonly kind: 'adopt'; readonly volumes: readonly string[] }
  | { readonly kind: 'folders'; readonly folders: readonly string[] }
  // Containers.
  /** Pauses a container that is about to be removed, and checks that nothing is lost that the person did not agree to lose. */
  | ({ readonly kind: 'hold'; readonly container: string } & OfContainer)
  /** Gives another name to a container that is replaced. */
  | ({ readonly kind: 'rename'; readonly container: string } & OfContainer)
  | ({ readonly kind: 'create'; readonly ports: readonly PublishedPort[]; readonly fill: boolean } & OfContainer)
  /** Copies carried or restored changes into the new container. */
  | ({ readonly kind: 'fill' } & OfContainer)
  /** Gives the new container its final name. */
  | ({ readonly kind: 'name' } & OfContainer)
  /** `container` is absent for the one that the plan creates. */
  | ({ readonly kind: 'start'; readonly container?: string } & OfContainer)
  | ({ readonly kind: 'unpause'; readonly container: string } & OfContainer)
  /** `container` is absent for the one that the plan creates. */
  | ({ readonly kind: 'connect'; readonly container?: string } & Endpoint & OfContainer)
  | ({ readonly kind: 'disconnect'; readonly container: string; readonly network: string } & OfContainer)
  | ({ readonly kind: 'stop'; readonly container: string } & OfContainer)
  | ({ readonly kind: 'remove'; readonly container: string } & OfContainer)
  // Running containers.
  | { readonly kind: 'secrets'; readonly service: string; readonly container?: string }
  /** Waits until a service is ready, or has ended as it should. */
  | {
      readonly kind: 'ready';
      readonly service: string;
      readonly container?: string;
      readonly until?: 'completed';
    }
  | { readonly kind: 'alive'; readonly services: readonly string[] }
  /** Maps the owners of the project's files. `again`: the container was started since they were mapped. */
  | { readonly kind: 'owners'; readonly again: boolean }
  | { readonly kind: 'hook'; readonly moment: UpHook }
  // A restore, which is undone until its exchange begins, and finished from then on.
  /** Writes down how far it is, so that the next command can undo or finish it. */
  | { readonly kind: 'intent'; readonly snapshot: number; readonly phase: 'prepare' | 'exchange' | 'end' }
  /** Unpacks copies of volumes beside their data. */
  | { readonly kind: 'unpack'; readonly volumes: readonly string[] }
  /** Exchanges the data of volumes for the copies. */
  | { readonly kind: 'exchange'; readonly volumes: readonly string[] }
  /** Removes what the volumes held before. */
  | { readonly kind: 'sweep'; readonly volumes: readonly string[] }
  // Removal of data.
  | { readonly kind: 'snapshot'; readonly of: 'everything' | 'containers' | 'workspace' }
  | { readonly kind: 'remove-network'; readonly network: string }
  /** `name` is the engine's. */
  | { readonly kind: 'remove-volume'; readonly volume: string; readonly name: string };

/** A node of a plan's graph. */
export type Operation = Act & {
  /** From 1, in the order in which they were planned. */
  readonly id: number;
  readonly cause: string;
  /** Ids of the operations that must have succeeded before. */
  readonly after: readonly number[];
  /** Operations of one group are done all or not at all: if one fails, the others are undone. */
  readonly group?: number;
};
