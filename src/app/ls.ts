import type { Container, ContainerState } from '../model/container.ts';
import type { Context } from './context.ts';
import { labels } from './labels.ts';
import { readServices } from './read-services.ts';

export interface WorkspaceRow {
  readonly project: string;
  readonly workspace: string;
  readonly version: number;
  readonly state: ContainerState;
  readonly folder: string;
  readonly container: string;
  /** By name. */
  readonly services: readonly { readonly name: string; readonly state: ContainerState }[];
}

/** Every workspace on the engine, by project, folder and name. */
export async function ls(context: Context): Promise<readonly WorkspaceRow[]> {
  const engine = await context.engine();
  // What belongs to a workspace says so, services included: one call, however many there are.
  const all = await engine.listContainers([labels.folder]);
  const services = all.filter(({ labels: found }) => found[labels.role] === 'service');
  return all
    .filter(({ labels: found }) => found[labels.role] === 'workspace')
    .map(({ labels: found, state, name }) => ({
      project: found[labels.project] ?? '',
      workspace: found[labels.workspace] ?? '',
      version: Number(found[labels.version]),
      state,
      folder: found[labels.folder] ?? '',
      container: name,
      services: readServices(services.filter((one) => isBeside(one.labels, found))).map(
        ({ name: service, container }) => ({ name: service, state: container.state }),
      ),
    }))
    .sort((a, b) => (a.project + a.folder + a.workspace < b.project + b.folder + b.workspace ? -1 : 1));
}

function isBeside(one: Container['labels'], other: Container['labels']): boolean {
  return one[labels.folder] === other[labels.folder] && one[labels.workspace] === other[labels.workspace];
}
