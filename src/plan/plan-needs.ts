import type { Graph } from './graph.ts';
import type { Observed } from './observed.ts';
import { runs } from './plan-container.ts';
import { isCreation, type Decision, type ServiceDecision } from './operation.ts';

/** Ids of the operations that come before the creation of containers. */
interface Needs {
  /** The values of secrets, if something gets them. */
  readonly values: readonly number[];
  /** By the engine's name, if it must be created. */
  readonly networks: ReadonlyMap<string, number>;
  readonly folders: number | undefined;
  readonly of: (volumes: readonly string[]) => readonly (number | undefined)[];
}

/** Plans networks, volumes and their data, folders and secrets. `after`: what comes before all of it. */
export function planNeeds(
  graph: Graph,
  { workspace, services, serviceContainers, networks, volumes, adopted, seed, secrets, proxy = false }: Observed,
  decisions: readonly (Decision | ServiceDecision)[],
  hooks: boolean,
  after: readonly number[] = [],
): Needs {
  const given = secrets ? services.length > 0 : services.some((service) => service.proxy);
  const values =
    given || (hooks && (secrets || proxy))
      ? [graph.add({ kind: 'values' }, 'services or hooks get them', after)]
      : after;
  const missing = networks.needed.filter(({ there }) => !there);
  const made = new Map(
    missing.map(({ name, internal }) => [
      name,
      graph.add({ kind: 'network', network: name, internal }, 'not there', values),
    ]),
  );
  const created = decisions.filter(isCreation).map((one) => ('service' in one ? one.service : ''));
  const ids = new Map<string, number>();
  if (created.length > 0 && seed.length > 0 && !seed.some((name) => volumes.includes(name))) {
    const id = graph.add({ kind: 'seed', volumes: seed }, 'not there', values);
    for (const name of seed) ids.set(name, id);
  }
  const wanted = [
    ...(created.includes('') ? workspace.volumes : []),
    ...services.flatMap((service) => (created.includes(service.name) ? service.volumes : [])),
  ];
  const moved = [...new Set(wanted)].filter((name) => adopted.includes(name) && !volumes.includes(name));
  if (moved.length > 0) {
    // Data is copied while nothing writes to it.
    const running = [...workspace.containers, ...serviceContainers].filter((one) => one.former && runs(one.container));
    const stopped = running.map(({ container, service }) =>
      graph.add({ kind: 'stop', container: container.id, ...(service && { service }) }, 'its data is moved', values),
    );
    const id = graph.add({ kind: 'adopt', volumes: moved }, 'the project was moved', [...values, ...stopped]);
    for (const name of moved) ids.set(name, id);
  }
  for (const name of new Set(wanted))
    if (!ids.has(name) && !volumes.includes(name))
      ids.set(name, graph.add({ kind: 'volume', volume: name }, 'not there', values));
  const folders =
    created.includes('') && workspace.folders.length > 0
      ? graph.add({ kind: 'folders', folders: workspace.folders }, 'mounted', values)
      : undefined;
  return { values, networks: made, folders, of: (names) => names.map((name) => ids.get(name)) };
}
