import type { ContainerDetails, RawChange } from '../model/container.ts';
import { findUnsavedChanges } from '../capture/drift/unsaved-changes.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Changes } from '../ports/changes.ts';
import type { Containers } from '../ports/engine.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Context } from '../ports/context.ts';
import { observeStanding } from '../observe/standing.ts';
import { inFew } from '../observe/in-few.ts';
import { labels } from '../observe/labels.ts';
import { readProject, type Project } from '../observe/project.ts';
import { listUnsaved } from '../capture/carry/unsaved.ts';

export interface ObservedChanges {
  /** True if it holds something that no version has. */
  readonly changed: boolean;
  /** The version that it stands at. */
  readonly version: number;
}

/** Containers that are observed in parallel, if each needs a helper of its own. */
const width = 4;

/**
 * Observes which workspaces hold something that no version has. Fills `seen` by
 * id as results arrive, until `stop` returns true. A container without changes
 * stands at what it was created from; else its project knows what was captured.
 */
export async function observeChanged(
  context: Context,
  engine: Containers,
  changes: Changes,
  containers: readonly ContainerDetails[],
  seen: Map<string, ObservedChanges>,
  stop: () => boolean,
): Promise<void> {
  const first = await changes.listMany(containers.map((container) => ({ container, image: container.image })));
  const projects = new Map<string, Promise<Project | undefined>>();
  const look = async (container: ContainerDetails): Promise<void> => {
    const found = [...(first.get(container.id) ?? (await listAlone(changes, engine.runtime, container)))];
    const unsaved = findUnsavedChanges(found);
    const folder = container.labels[labels.folder] ?? '';
    const made = Number(container.labels[labels.version]);
    if (unsaved.length === 0) return void seen.set(container.id, { changed: false, version: made });
    const project = projects.get(folder) ?? openProject(context, folder);
    projects.set(folder, project);
    const observed = await compare(changes, engine, await project, container, found);
    seen.set(container.id, observed ?? { changed: true, version: made });
  };
  await inFew(containers, width, (container) => look(container).catch(orNothing), stop);
}

/** Compares with the last capture; absent if nothing was captured. */
async function compare(
  changes: Changes,
  engine: Containers,
  project: Project | undefined,
  container: ContainerDetails,
  listed: readonly RawChange[],
): Promise<ObservedChanges | undefined> {
  const standing = project && (await observeStanding(engine.images, project, container));
  if (project === undefined || standing?.since === undefined || standing.version === undefined) return undefined;
  const exact = (await changes.listMany([{ ...standing, container }])).get(container.id);
  const unsaved = exact
    ? findUnsavedChanges([...exact])
    : await listUnsaved(engine, changes, project, container.id, listed);
  return { changed: unsaved.length > 0, version: standing.version.number };
}

async function listAlone(
  changes: Changes,
  runtime: Runtime,
  { id, image }: ContainerDetails,
): Promise<Iterable<RawChange>> {
  return (await changes.list(id, { image })) ?? (await runtime.listChanges(id));
}

/** Absent for the folder of another machine, and for one that is missing or broken. */
async function openProject(context: Context, folder: string): Promise<Project | undefined> {
  const project = await readProject({ ...context, folder }).catch(orNothing);
  return project?.folder === folder && project.lock !== undefined ? project : undefined;
}

/** A container that vanishes or cannot be read must not hide the others. */
export function orNothing(error: unknown): undefined {
  if (!(error instanceof DevenvError) || error.code === 'INTERRUPTED') throw error;
  return undefined;
}
