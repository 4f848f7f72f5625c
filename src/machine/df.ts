import { labels } from '../observe/labels.ts';
import type { Context } from '../ports/context.ts';
import type { ContainerUsage, EngineUsage, VolumeUsage } from '../ports/engine.ts';
import { SpaceSum, type MachineSpace, type ProjectSpace, type Space } from './space/space-sum.ts';
import { sumImages } from './space/sum-images.ts';

export interface SpaceReport extends MachineSpace {
  readonly projects: readonly ProjectSpace[];
  /** Files in the cache folder of this machine. */
  readonly downloads: Space;
  /** Bytes of all of the above. */
  readonly total: number;
}

/** Measures what devenv keeps on the engine, each byte once, and in the cache folder of this machine. */
export async function df(context: Context): Promise<SpaceReport> {
  const engine = await context.engine();
  const [usage, downloads] = await Promise.all([engine.usage(), context.cache.weigh(0)]);
  return sumUp(usage, downloads);
}

/** Counts what is devenv's, by project. */
export function sumUp(usage: EngineUsage, downloads: Space): SpaceReport {
  const sum = new SpaceSum();
  sumImages(usage, sum);
  for (const volume of usage.volumes) addVolume(volume, sum);
  for (const container of usage.containers) addContainer(container, sum);
  return { projects: sum.projects, ...sum.machine, downloads, total: sum.total + downloads.size };
}

function addVolume({ labels: found, size }: VolumeUsage, sum: SpaceSum): void {
  const { [labels.role]: role, [labels.project]: project = '' } = found;
  if (role === 'volume') sum.addToProject(project, 'volumes', { size, count: 1 });
  // A snapshot is a mark and the volume with its data.
  else if (role === 'snapshot') sum.addToProject(project, 'snapshots', { size, count: labels.record in found ? 1 : 0 });
  else if (role === 'cache') sum.addToMachine('caches', { size, count: 1 });
  else if (role === 'builder') sum.addToMachine('builders', { size, count: 1 });
}

function addContainer({ labels: found, size }: ContainerUsage, sum: SpaceSum): void {
  const { [labels.role]: role, [labels.project]: project = '' } = found;
  if (role === 'workspace' || role === 'service') sum.addToProject(project, 'containers', { size, count: 1 });
  else if (role === 'builder' || role === 'carrier' || role === 'helper')
    sum.addToMachine('builders', { size, count: 1 });
}
