import type { Container, Volume } from '../model/container.ts';
import { listByIdentity } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import { nameLabelled, type Place } from '../observe/place.ts';
import type { Engine } from '../ports/engine.ts';

/** Containers and volumes that a workspace left at the former path of its project. */
export interface FormerPlace {
  readonly folder: string;
  readonly containers: readonly Container[];
  readonly services: readonly Container[];
  readonly volumes: readonly Volume[];
}

/** Finds a workspace by the identity of its project folder, under another path. */
export async function findFormer(
  engine: Pick<Engine, 'images' | 'runtime' | 'volumes'>,
  { folder, workspace, identity }: Place,
): Promise<FormerPlace | undefined> {
  if (identity === undefined) return undefined;
  const [all, own] = await Promise.all([
    listByIdentity(engine, identity, workspace),
    engine.volumes.list([
      `${labels.identity}=${identity}`,
      `${labels.workspace}=${workspace}`,
      `${labels.role}=volume`,
    ]),
  ]);
  const data = own.filter((one) => one.name === nameLabelled(one.labels, one.labels[labels.volume]));
  const former = [...all, ...data].map((one) => one.labels[labels.folder]).find((path) => path !== folder);
  if (former === undefined) return undefined;
  const isThere = (one: Container | Volume): boolean => one.labels[labels.folder] === former;
  const having = (role: string): Container[] => all.filter((one) => isThere(one) && one.labels[labels.role] === role);
  return {
    ...{ folder: former, containers: having('workspace'), services: having('service') },
    volumes: data.filter(isThere),
  };
}
