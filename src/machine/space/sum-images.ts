import { repositoryOf } from '../../image/base/pin-reference.ts';
import { labels } from '../../observe/labels.ts';
import { nameLabelled } from '../../observe/place.ts';
import type { EngineUsage, ImageUsage, VolumeUsage } from '../../ports/engine.ts';
import { sortNames } from './sort-image.ts';
import type { SpaceSum } from './space-sum.ts';

/** Who has a layer. */
interface LayerOwners {
  /** Bytes. */
  readonly size: number;
  /** Projects whose versions have it, or whose images came from a bundle. */
  readonly projects: Set<string>;
  /** Projects whose snapshots have it. */
  readonly snapshots: Set<string>;
  readonly kinds: Set<'step' | 'base' | 'other'>;
}

/** Adds images, and each layer once, for those who have it. */
export function sumImages({ images, volumes }: EngineUsage, sum: SpaceSum): void {
  const repositories = listSnapshotRepositories(volumes);
  const layers = new Map<string, LayerOwners>();
  for (const image of images) {
    const own = findOwners(image, repositories);
    for (const project of own.projects) sum.addToProject(project, 'versions', { count: countVersions(image, project) });
    if (own.kinds.has('step')) sum.addToMachine('steps', { count: 1 });
    if (own.kinds.has('base')) sum.addToMachine('bases', { count: 1 });
    for (const { id, size } of image.layers) {
      const known = layers.get(id) ?? { size, projects: new Set(), snapshots: new Set(), kinds: new Set() };
      for (const project of own.projects) known.projects.add(project);
      for (const project of own.snapshots) known.snapshots.add(project);
      for (const kind of own.kinds) known.kinds.add(kind);
      layers.set(id, known);
    }
  }
  for (const layer of layers.values()) addLayer(layer, sum);
}

function addLayer({ size, projects, snapshots, kinds }: LayerOwners, sum: SpaceSum): void {
  const [project, ...others] = projects;
  const [snapshot, ...further] = snapshots;
  const isOurs = project !== undefined || snapshot !== undefined || kinds.has('step') || kinds.has('base');
  if (!isOurs) return;
  if (kinds.has('other') || others.length > 0) sum.addToMachine('shared', { size, count: size > 0 ? 1 : 0 });
  else if (project !== undefined) sum.addToProject(project, 'versions', { size });
  else if (kinds.has('base')) sum.addToMachine('bases', { size });
  else if (kinds.has('step')) sum.addToMachine('steps', { size });
  else if (further.length > 0) sum.addToMachine('shared', { size, count: size > 0 ? 1 : 0 });
  else if (snapshot !== undefined) sum.addToProject(snapshot, 'snapshots', { size });
}

function findOwners(image: ImageUsage, repositories: ReadonlyMap<string, string>): Omit<LayerOwners, 'size'> {
  const own = {
    projects: new Set<string>(),
    snapshots: new Set<string>(),
    kinds: new Set<'step' | 'base' | 'other'>(),
  };
  for (const [tag, purpose] of sortNames(image)) {
    if (purpose.kind === 'version' || purpose.kind === 'bundled') own.projects.add(purpose.project);
    else if (purpose.kind === 'snapshot')
      own.snapshots.add(repositories.get(repositoryOf(tag.replace(/^localhost\//, ''))) ?? '');
    else own.kinds.add(purpose.kind);
  }
  if (image.tags.length === 0) own.kinds.add('other');
  return own;
}

const countVersions = (image: ImageUsage, project: string): number =>
  new Set(
    sortNames(image).flatMap(([, purpose]) =>
      purpose.kind === 'version' && purpose.project === project ? [purpose.number] : [],
    ),
  ).size;

/** Repository → project: images of snapshots do not name their project, but the marks beside them do. */
const listSnapshotRepositories = (volumes: readonly VolumeUsage[]): ReadonlyMap<string, string> =>
  new Map(
    volumes
      .filter(({ labels: found }) => found[labels.role] === 'snapshot')
      .map(({ labels: found }) => [`devenv-snapshot/${nameLabelled(found)}`, found[labels.project] ?? '']),
  );
