import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerDetails, ContainerState } from '../model/container.ts';
import type { Context } from '../ports/context.ts';
import { listOwn } from '../observe/find-workspace.ts';
import { inFew } from '../observe/in-few.ts';
import { labels } from '../observe/labels.ts';
import { observeChanged, orNothing, type ObservedChanges } from './observe-changed.ts';
import { readState } from '../containers/services/service-states.ts';
import { readServices } from '../containers/services/read-services.ts';

interface WorkspaceRow {
  readonly project: string;
  readonly workspace: string;
  /** The version that it stands at. */
  readonly version: number;
  readonly state: ContainerState;
  /** True if it holds something that no version has; absent if the engine did not answer in time. */
  readonly changed?: boolean;
  /** Bytes that it wrote beyond its version, volumes not counted. */
  readonly disk?: number;
  /** Bytes in use; absent if it does not run. */
  readonly memory?: number;
  readonly folder: string;
  /** True if there is no such folder on this machine any more. */
  readonly gone?: true;
  readonly container: string;
  /** By name. */
  readonly services: readonly { readonly name: string; readonly state: ContainerState | 'done' }[];
}

/** Milliseconds; what a busy engine has not answered by then is left out. */
const patience = 3_000;
/** Parallel calls, so that hundreds of workspaces do not block the engine for others. */
const width = 16;

/** Lists every workspace on the engine by project, folder and name. Observes them in parallel. */
export async function ls(context: Context): Promise<readonly WorkspaceRow[]> {
  const engine = await context.engine();
  let over = false;
  const late = sleep(patience, undefined, { ref: false }).then(() => void (over = true));
  const soon = <T>(look: Promise<T>): Promise<T | undefined> => Promise.race([look.catch(orNothing), late]);
  const stop = (): boolean => over;
  // Slow, and needed by the observation of changes: begins early.
  engine.describe().catch(() => undefined);
  const measuring = soon(engine.runtime.readSizes([`${labels.role}=workspace`]));
  // Containers of workspaces and services carry this label: one call lists all.
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
      // Prepares the helper of this image while other containers are inspected.
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
  const gone = engine.capabilities.mountsFolders ? await findGone(context.files, workspaces) : new Set();
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
      ...(gone.has(found[labels.folder]) && { gone: true as const }),
      container: name,
      services: readServices(services.filter((one) => isBeside(one.labels, found))).map((service) => ({
        ...{ name: service.name, state: readState(service.container) },
      })),
    };
  });
  const keyOf = ({ project, folder, workspace }: WorkspaceRow): string => project + folder + workspace;
  return rows.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function isBeside(one: Container['labels'], other: Container['labels']): boolean {
  return one[labels.folder] === other[labels.folder] && one[labels.workspace] === other[labels.workspace];
}

async function findGone(
  files: Context['files'],
  containers: readonly Container[],
): Promise<ReadonlySet<string | undefined>> {
  const folders = [...new Set(containers.map(({ labels: own }) => own[labels.folder] ?? ''))];
  // A folder that cannot be looked at may be another person's.
  const kinds = await Promise.all(folders.map((folder) => files.kindOf(folder).catch(() => 'other' as const)));
  return new Set(folders.filter((_, index) => kinds[index] === undefined));
}
