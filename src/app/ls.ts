import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, ContainerState } from '../model/container.ts';
import { findUnsavedChanges } from '../drift/unsaved-changes.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from './context.ts';
import { labels } from './labels.ts';
import { readProject } from './project.ts';
import { readServices } from './read-services.ts';
import { findStanding } from './standing.ts';
import { listUnsaved } from './unsaved.ts';

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

/** Every workspace on the engine, by project, folder and name. All of them are looked at side by side. */
export async function ls(context: Context): Promise<readonly WorkspaceRow[]> {
  const engine = await context.engine();
  const late = sleep(patience, undefined, { ref: false });
  const soon = <T>(look: Promise<T>): Promise<T | undefined> => Promise.race([look.catch(orNothing), late]);
  // What belongs to a workspace says so, services included: one call, however many there are.
  const [all, sizes] = await Promise.all([
    engine.listContainers([labels.folder]),
    soon(engine.readSizes([`${labels.role}=workspace`])),
  ]);
  const services = all.filter(({ labels: found }) => found[labels.role] === 'service');
  const rows = all
    .filter(({ labels: found }) => found[labels.role] === 'workspace')
    .map(async (container): Promise<WorkspaceRow> => {
      const { labels: found, state, name, id } = container;
      const [standing, memory] = await Promise.all([
        soon(observe(context, engine, container)),
        state === 'running' ? soon(engine.readMemory(id)) : undefined,
      ]);
      const disk = sizes?.get(id);
      return {
        project: found[labels.project] ?? '',
        workspace: found[labels.workspace] ?? '',
        version: standing?.version ?? Number(found[labels.version]),
        state,
        ...(standing !== undefined && { changed: standing.changed }),
        ...(disk !== undefined && { disk }),
        ...(memory !== undefined && { memory }),
        folder: found[labels.folder] ?? '',
        container: name,
        services: readServices(services.filter((one) => isBeside(one.labels, found))).map((service) => ({
          ...{ name: service.name, state: service.container.state },
        })),
      };
    });
  return (await Promise.all(rows)).sort((a, b) =>
    a.project + a.folder + a.workspace < b.project + b.folder + b.workspace ? -1 : 1,
  );
}

/**
 * Where nothing changed since a container was made, it stands at what it was
 * made from. Otherwise its project knows what was captured from it since.
 */
async function observe(
  context: Context,
  engine: Engine,
  container: Container,
): Promise<{ readonly changed: boolean; readonly version?: number }> {
  const changes = await engine.listChanges(container.id);
  if (findUnsavedChanges(changes).length === 0) return { changed: false };
  const folder = container.labels[labels.folder] ?? '';
  // The folder of another machine, or one that is gone or broken, tells nothing.
  const project = await readProject({ ...context, folder }).catch(orNothing);
  if (project?.folder !== folder || project.lock === undefined) return { changed: true };
  const [unsaved, standing] = await Promise.all([
    listUnsaved(engine, project, container.id, changes),
    findStanding(engine, project, container),
  ]);
  return { changed: unsaved.length > 0, ...(standing !== undefined && { version: standing.number }) };
}

/** One that goes away meanwhile, or cannot be measured, must not hide the others. */
function orNothing(error: unknown): undefined {
  if (!(error instanceof DevenvError) || error.code === 'INTERRUPTED') throw error;
  return undefined;
}

function isBeside(one: Container['labels'], other: Container['labels']): boolean {
  return one[labels.folder] === other[labels.folder] && one[labels.workspace] === other[labels.workspace];
}
