import { randomBytes } from 'node:crypto';
import type { ContainerSpec, Mount } from '../../model/container.ts';
import { defaultFolder } from '../../model/environment.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { CacheVolume } from '../../providers/ecosystem.ts';
import { ecosystems } from '../../providers/registry.ts';
import { labels } from '../labels.ts';
import { hashToHex } from '../../lock/hash-json.ts';

/** Package caches: volumes that all projects of this engine share, so that no layer contains them. */
export const cacheVolumes: readonly CacheVolume[] = ecosystems.flatMap(({ caches }) => caches.volumes);

interface BuilderOptions {
  readonly image: string;
  /** Config of the image that is captured: anything more in the builder's would stay in that image. */
  readonly config: ImageConfig;
  /** The same for all builders of a project folder. */
  readonly owner: string;
  /** The project folder on the engine's machine; absent if the engine is remote. */
  readonly folder: string | undefined;
  /**
   * True if it will be captured: then /tmp is a named volume, `scratchOf`, to be created before and removed after.
   * Podman writes anonymous volumes into the config of a captured image, so that each of its containers would get one.
   */
  readonly captured?: boolean;
}

/** Prefix of the names of a project's builders. A label with the folder would stay in the image. */
export function builderPrefix(owner: string): string {
  return `devenv-build-${hashToHex(owner).slice(0, 12)}-`;
}

/** The engine's name of the volume that a captured builder has at /tmp. */
export const scratchOf = (builder: string): string => `${builder}-tmp`;

/** The container in which one step runs. /tmp is a volume of its own, which without a name goes with the container. */
export function resolveBuilder({ image, config, owner, folder, captured = false }: BuilderOptions): ContainerSpec {
  const name = `${builderPrefix(owner)}${randomBytes(6).toString('hex')}`;
  const project: readonly Mount[] =
    folder === undefined ? [] : [{ kind: 'bind', source: folder, target: defaultFolder, readOnly: true }];
  return {
    name,
    image,
    // A shell waits for signals only in `wait`: this ends at once, and reaps what a step leaves behind.
    command: ['/bin/sh', '-c', 'trap "exit 0" TERM INT; while :; do sleep 86400 & wait $!; done'],
    env: [],
    labels: { [labels.role]: 'builder' },
    user: config.user === '' ? '' : '0',
    workingDir: config.workingDir,
    mounts: [
      { kind: 'volume', source: captured ? scratchOf(name) : '', target: '/tmp' },
      ...cacheVolumes.map(({ name: source, target }): Mount => ({ kind: 'volume', source, target })),
      ...project,
    ],
    ...(folder !== undefined && { project: folder }),
    log: false,
    stopTimeout: 1,
  };
}
