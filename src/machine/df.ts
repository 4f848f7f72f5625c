import { repositoryOf } from '../image/base/pin-reference.ts';
import { labels } from '../observe/labels.ts';
import { nameLabelled } from '../observe/place.ts';
import type { EngineUsage } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { sortNames, type ImagePurpose } from './space/sort-image.ts';

export interface Space {
  readonly count: number;
  /** Bytes. */
  readonly size: number;
}

export interface ProjectSpace {
  readonly project: string;
  /** Layers that only its versions have, and images that came from bundles. */
  readonly versions: Space;
  /** What its containers wrote beyond their images. */
  readonly containers: Space;
  readonly volumes: Space;
  readonly snapshots: Space;
}

export interface SpaceReport {
  readonly projects: readonly ProjectSpace[];
  /** Layers that versions of several projects have, or that images of others have, too. */
  readonly shared: Space;
  /** Layers of build steps that no version has. */
  readonly steps: Space;
  readonly bases: Space;
  /** Volumes with the packages that builds download. */
  readonly caches: Space;
  /** Containers and volumes of builds. */
  readonly builders: Space;
  /** Files in the cache folder of this machine. */
  readonly downloads: Space;
  /** Bytes of all of the above. */
  readonly total: number;
}

/** What of devenv takes space: on the engine, each byte once, and in the cache folder of this machine. */
export async function df(context: Context): Promise<SpaceReport> {
  const engine = await context.engine();
  const [usage, downloads] = await Promise.all([engine.usage(), context.cache.weigh(0)]);
  return sumUp(usage, downloads);
}

type Row = 'versions' | 'containers' | 'volumes' | 'snapshots';

/** Counts each layer once, for those who have it. */
export function sumUp({ images, volumes, containers }: EngineUsage, downloads: Space): SpaceReport {
  const projects = new Map<string, Record<Row, Space>>();
  const machine = { shared: nothing, steps: nothing, bases: nothing, caches: nothing, builders: nothing };
  const add = (project: string, row: Row, size: number, count = 1): void => {
    const known = projects.get(project) ?? {
      versions: nothing,
      containers: nothing,
      volumes: nothing,
      snapshots: nothing,
    };
    projects.set(project, { ...known, [row]: plus(known[row], size, count) });
  };
  const addOwn = (row: keyof typeof machine, size: number, count = 1): void => {
    machine[row] = plus(machine[row], size, count);
  };
  // Images of snapshots do not name their project; the marks beside them do.
  const repositories = new Map(
    volumes
      .filter(({ labels: found }) => found[labels.role] === 'snapshot')
      .map(({ labels: found }) => [`devenv-snapshot/${nameLabelled(found)}`, found[labels.project] ?? '']),
  );
  const layers = new Map<string, { readonly size: number; readonly owners: Set<string> }>();
  for (const image of images) {
    const names = sortNames(image);
    const owners = new Set(names.map(([tag, purpose]) => ownerOf(tag, purpose, repositories)));
    const versions = names.flatMap(([, purpose]) => (purpose.kind === 'version' ? [purpose.number] : []));
    for (const owner of owners)
      if (owner.startsWith('project ')) add(owner.slice(8), 'versions', 0, new Set(versions).size);
    if (owners.has('step')) addOwn('steps', 0);
    if (owners.has('base')) addOwn('bases', 0);
    if (image.tags.length === 0) owners.add('other');
    for (const { id, size } of image.layers) {
      const known = layers.get(id) ?? { size, owners: new Set<string>() };
      for (const owner of owners) known.owners.add(owner);
      layers.set(id, known);
    }
  }
  for (const { size, owners } of layers.values()) {
    const of = [...owners].filter((owner) => owner.startsWith('project '));
    if (owners.size === 1 && owners.has('other')) continue;
    if (owners.has('other') || of.length > 1) addOwn('shared', size, size > 0 ? 1 : 0);
    else if (of[0] !== undefined) add(of[0].slice(8), 'versions', size, 0);
    else if (owners.has('base')) addOwn('bases', size, 0);
    else if (owners.has('step')) addOwn('steps', size, 0);
    else for (const owner of owners) add(owner.slice('snapshot '.length), 'snapshots', size, 0);
  }
  for (const { labels: found, size } of volumes) {
    const project = found[labels.project] ?? '';
    if (found[labels.role] === 'volume') add(project, 'volumes', size);
    // A snapshot is a mark and the volume with its data.
    else if (found[labels.role] === 'snapshot') add(project, 'snapshots', size, labels.record in found ? 1 : 0);
    else if (found[labels.role] === 'cache') addOwn('caches', size);
    else if (found[labels.role] === 'builder') addOwn('builders', size);
  }
  for (const { labels: found, size } of containers) {
    const role = found[labels.role];
    if (role === 'workspace' || role === 'service') add(found[labels.project] ?? '', 'containers', size);
    else if (role === 'builder' || role === 'carrier' || role === 'helper') addOwn('builders', size);
  }
  const rows = [...projects]
    .map(([project, row]) => ({ project, ...row }))
    .sort((a, b) => (a.project < b.project ? -1 : 1));
  const all = [...rows.flatMap(({ project: _, ...row }) => Object.values(row)), ...Object.values(machine), downloads];
  return { projects: rows, ...machine, downloads, total: all.reduce((sum, { size }) => sum + size, 0) };
}

const nothing: Space = { count: 0, size: 0 };
const plus = (space: Space, size: number, count: number): Space => ({
  count: space.count + count,
  size: space.size + size,
});

function ownerOf(tag: string, purpose: ImagePurpose, repositories: ReadonlyMap<string, string>): string {
  if (purpose.kind === 'version' || purpose.kind === 'bundled') return `project ${purpose.project}`;
  if (purpose.kind !== 'snapshot') return purpose.kind;
  return `snapshot ${repositories.get(repositoryOf(tag.replace(/^localhost\//, ''))) ?? ''}`;
}
