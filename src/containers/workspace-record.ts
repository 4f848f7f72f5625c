import { stateFile } from '../observe/state-file.ts';
import type { Owner } from './map-owners.ts';
import type { Context } from '../ports/context.ts';
import { withGitTrust } from '../model/git-trust.ts';
import { personalCache } from '../image/cache-variables.ts';
import type { ExecDefaults } from '../model/workspace.ts';

/**
 * What devenv did in a workspace's container since it was created. Labels cannot
 * change, and asking the container would cost each `up` a call. If the record is
 * lost, its work is done once more.
 */
export interface WorkspaceRecord {
  readonly container: string;
  readonly owners: Owners;
  /** Numbers of the user that commands run as; absent for root. */
  readonly user?: Owner;
  /** The login shell of that user, as the image names it. */
  readonly shell?: string;
  readonly hooks: {
    /** True once all of `create` succeeded. */
    readonly created: boolean;
    /** Hash that `update` ran for, or of the time when the workspace was created. */
    readonly updated?: string;
    /** False from before a start until all of `start` succeeded. */
    readonly started: boolean;
  };
}

/** How files of the project belong to the person. */
export type Owners =
  /** Numbers inside and outside are the same, or the engine translates them. */
  | { readonly kind: 'same' }
  /** By a mapping of the run that began then. */
  | { readonly kind: 'mapped'; readonly started: string }
  /** Commands run with the person's own numbers, which the image does not know. */
  | { readonly kind: 'numeric'; readonly user: string };

type Ports = Pick<Context, 'files' | 'machine'>;

const file = stateFile<WorkspaceRecord>('workspace');

const keyOf = (folder: string, workspace: string): string => `${folder}\0${workspace}`;

/** Reads the record of a workspace's last container. Absent if none can be read. */
export const findRecord = (ports: Ports, folder: string, workspace: string): Promise<WorkspaceRecord | undefined> =>
  file.read(ports, keyOf(folder, workspace)).catch(() => undefined);

/** Reads the record of a container. Absent if there is none. */
export async function readRecord(
  ports: Ports,
  folder: string,
  workspace: string,
  container: string,
): Promise<WorkspaceRecord | undefined> {
  const record = await findRecord(ports, folder, workspace);
  return record?.container === container ? record : undefined;
}

/** Removes the record of a workspace that was destroyed. */
export async function dropRecord(ports: Ports, folder: string, workspace: string): Promise<void> {
  if ((await findRecord(ports, folder, workspace)) !== undefined) await file.drop(ports, keyOf(folder, workspace));
}

export const writeRecord = (ports: Ports, folder: string, workspace: string, record: WorkspaceRecord): Promise<void> =>
  file.write(ports, keyOf(folder, workspace), record);

/** Resolves user and variables of commands. `record` is absent if nothing is known of the container. */
export function resolveExecUser(
  { user, env }: ExecDefaults,
  record: WorkspaceRecord | undefined,
): { readonly user: string; readonly env: readonly string[] } {
  const own = record?.shell === undefined ? env : [`SHELL=${record.shell}`, ...env];
  if (record?.owners.kind !== 'numeric') return { user, env: user === '0:0' ? withGitTrust(own) : own };
  // The home folder in the image belongs to another number.
  return {
    user: record.owners.user,
    env: [...own.filter((entry) => !entry.startsWith('HOME=')), `HOME=${personalCache}`],
  };
}
