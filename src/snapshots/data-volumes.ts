import type { Container } from '../model/container.ts';
import type { VolumeIdentity } from '../model/snapshot.ts';
import type { Engine } from '../ports/engine.ts';
import type { Runtime } from '../ports/runtime.ts';
import { listOwnVolumes } from '../containers/volumes/own-volumes.ts';
import { labels } from '../observe/labels.ts';
import type { Place } from '../observe/place.ts';

export interface DataVolume {
  readonly identity: VolumeIdentity;
  /** The engine's name. */
  readonly name: string;
}

/** Finds all volumes with data of a workspace: its named ones, and those without a name of its services. No caches. */
export async function findDataVolumes(
  engine: Pick<Engine, 'runtime' | 'volumes'>,
  place: Place,
  services: readonly Container[],
): Promise<readonly DataVolume[]> {
  const own = await listOwnVolumes(engine.volumes, place);
  const named = own.map(({ name, labels: found }): DataVolume => ({
    identity: { kind: 'named', name: found[labels.volume] ?? name },
    name,
  }));
  const unnamed = await Promise.all(services.map((service) => findUnnamed(engine.runtime, service)));
  return [...named, ...unnamed.flat()];
}

/** Engines name such volumes by 64 hex digits, and remove them with their container. */
async function findUnnamed(runtime: Runtime, container: Container): Promise<readonly DataVolume[]> {
  const mounts = (await runtime.inspect(container.id))?.mounts ?? [];
  return mounts.flatMap((mount): DataVolume[] => {
    if (mount.kind !== 'volume' || !/^[0-9a-f]{64}$/.test(mount.source)) return [];
    const service = container.labels[labels.service] ?? container.name;
    return [{ identity: { kind: 'unnamed', service, target: mount.target }, name: mount.source }];
  });
}
