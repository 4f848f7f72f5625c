import { createHash } from 'node:crypto';
import type { Context } from '../ports/context.ts';

/**
 * What has been done with a workspace's container since it was made: labels
 * cannot change, and asking the container would cost each `up` a call. What is
 * lost with it is done once more.
 */
export interface WorkspaceRecord {
  readonly container: string;
  readonly owners: Owners;
  readonly hooks: {
    /** True once all of `create` went well. */
    readonly created: boolean;
    /** What `update` ran for, or found as it was when the workspace was made. */
    readonly updated?: string;
    /** False from before a start until all of `start` went well. */
    readonly started: boolean;
  };
}

/** How files of the project come to belong to the person. */
export type Owners =
  /** Inside and outside are the same numbers, or the engine sees to it. */
  | { readonly kind: 'same' }
  /** By a mapping that holds for the run that began then. */
  | { readonly kind: 'mapped'; readonly started: string }
  /** Commands run under the person's own numbers, which the image does not know. */
  | { readonly kind: 'numeric'; readonly user: string };

type Ports = Pick<Context, 'files' | 'machine'>;

const limit = 64 * 1024;

/** Beside the project's lock, whose holder has made the folder. */
const pathOf = ({ machine }: Ports, folder: string, workspace: string): string => {
  const name = createHash('sha256').update(`${folder}\0${workspace}`).digest('hex').slice(0, 32);
  return `${machine.stateFolder}/workspace-${name}.json`;
};

/** Of the container that a workspace had last. Absent where none can be read: what it told is done once more. */
export async function findRecord(
  ports: Ports,
  folder: string,
  workspace: string,
): Promise<WorkspaceRecord | undefined> {
  const text = await ports.files.readText(pathOf(ports, folder, workspace), limit).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as WorkspaceRecord;
  } catch {
    return undefined;
  }
}

/** Absent where there is none of that container. */
export async function readRecord(
  ports: Ports,
  folder: string,
  workspace: string,
  container: string,
): Promise<WorkspaceRecord | undefined> {
  const record = await findRecord(ports, folder, workspace);
  return record?.container === container ? record : undefined;
}

export async function writeRecord(
  ports: Ports,
  folder: string,
  workspace: string,
  record: WorkspaceRecord,
): Promise<void> {
  await ports.files.writeAtomic(pathOf(ports, folder, workspace), `${JSON.stringify(record)}\n`);
}
