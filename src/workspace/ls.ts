import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerDetails, ContainerState } from '../model/container.ts';
import type { Context } from '../ports/context.ts';
import { listOwn } from '../observe/find-workspace.ts';
import { inFew } from '../observe/in-few.ts';
import { labels } from '../observe/labels.ts';
import { observeChanged, orNothing, type ObservedChanges } from './observe-changed.ts';
import { readServices } from '../containers/services/read-services.ts';

export interface WorkspaceRow {
  readonly project: string;
  readonly workspace: string;
  /** That it stands at. */
  readonly version: number;
  readonly state: ContainerState;
  /** Whether it holds something that no version has; absent where the engine could not tell. */
  readonly changed?: boolean;
  /** Bytes that it has written besides its version, those in volumes not counted. */
  readonly disk?: number;
  /** Bytes in use; absent where it does not run. */
  readonly memory?: number;
  readonly folder: string;
  readonly container: string;
  /** By name. */
  readonly services: readonly { readonly name: string; readonly state: ContainerState }[];
}

/** Milliseconds. What an engine that is busy has not told by then is left out. */
const patience = 3_000;
/** Calls at once: an engine with hundreds of workspaces has others to answer, too. */
const width = 16;

/** Every workspace on the engine, by project, folder and name. All of them are looked at side by side. */
export async function ls(context: Context): Promise<readonly WorkspaceRow[]> {
  const engine = await context.engine();
  let over = false;
  const late = sleep(patience, undefined, { ref: false }).then(() => void (over = true));
  const soon = <T>(look: Promise<T>): Promise<T | undefined> => Promise.race([look.catch(orNothing), late]);
  const stop = (): boolean => over;
  // Slow to tell, and asked for by what looks into workspaces.
  engine.describe().catch(() => undefined);
  const measuring = soon(engine.runtime.readSizes([`${labels.role}=workspace`]));
  // What belongs to a workspace says so, services included: one call, however many there are.
  const all = await listOwn(engine, [labels.folder]);
  const having = (role: string): Container[] => all.filter(({ labels: found }) => found[labels.role] === role);
  const [workspaces, services] = [having('workspace'), having('service')];
  const memory = new Map<string, number>();
  const seen = new Map<string, ObservedChanges>();
  const inspect = async (): Promise<void> => {
    const changes = await context.changes();
    const found: ContainerDetails[] = [];
    const begun = new Set<string>();
    const look = async ({ id }: Container): Promise<void> => {
      const details = await engine.runtime.inspect(id).catch(orNothing);
      if (details === undefined) return;
      found.push(details);
      if (begun.has(details.image)) return;
      begun.add(details.image);
      // What looks into those of an image gets ready while the others are asked for.
      void changes.listMany([{ container: details, image: details.image }]).catch(() => undefined);
    };
    await inFew(workspaces, width, look, stop);
    const weigh = async (container: ContainerDetails): Promise<void> => {
      const bytes = await engine.runtime.readMemory(container).catch(orNothing);
      if (bytes !== undefined) memory.set(container.id, bytes);
    };
    await Promise.all([
      inFew(found, width, weigh, stop),
      observeChanged(context, engine, changes, found, seen, stop).catch(orNothing),
    ]);
  };
  const [sizes] = await Promise.all([measuring, soon(inspect())]);
  const rows = workspaces.map((container): WorkspaceRow => {
    const { labels: found, state, name, id } = container;
    const [observed, disk, used] = [seen.get(id), sizes?.get(id), memory.get(id)];
    return {
      project: found[labels.project] ?? '',
      workspace: found[labels.workspace] ?? '',
      version: observed?.version ?? Number(found[labels.version]),
      state,
      ...(observed !== undefined && { changed: observed.changed }),
      ...(disk !== undefined && { disk }),
      ...(used !== undefined && { memory: used }),
      folder: found[labels.folder] ?? '',
      container: name,
      services: readServices(services.filter((one) => isBeside(one.labels, found))).map((service) => ({
        ...{ name: service.name, state: service.container.state },
      })),
    };
  });
  const keyOf = ({ project, folder, workspace }: WorkspaceRow): string => project + folder + workspace;
  return rows.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function isBeside(one: Container['labels'], other: Container['labels']): boolean {
  return one[labels.folder] === other[labels.folder] && one[labels.workspace] === other[labels.workspace];
}
