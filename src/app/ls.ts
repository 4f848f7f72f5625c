import type { ContainerState } from '../model/container.ts';
import type { Context } from './context.ts';
import { labels } from './labels.ts';

export interface WorkspaceRow {
  readonly project: string;
  readonly workspace: string;
  readonly version: number;
  readonly state: ContainerState;
  readonly folder: string;
  readonly container: string;
}

/** Every workspace on the engine, by project, folder and name. */
export async function ls(context: Context): Promise<readonly WorkspaceRow[]> {
  const engine = await context.engine();
  const containers = await engine.listContainers([`${labels.role}=workspace`]);
  return containers
    .map(({ labels: found, state, name }) => ({
      project: found[labels.project] ?? '',
      workspace: found[labels.workspace] ?? '',
      version: Number(found[labels.version]),
      state,
      folder: found[labels.folder] ?? '',
      container: name,
    }))
    .sort((a, b) => (a.project + a.folder + a.workspace < b.project + b.folder + b.workspace ? -1 : 1));
}
