import { createHash, randomBytes } from 'node:crypto';
import type { ContainerSpec, Mount } from '../../model/container.ts';
import type { ImageConfig } from '../../model/image.ts';
import type { CacheVolume } from '../../providers/ecosystem.ts';
import { ecosystems } from '../../providers/registry.ts';
import { labels } from '../labels.ts';

/** Package caches: volumes that all projects of this engine share, so that they are never in a layer. */
export const cacheVolumes: readonly CacheVolume[] = ecosystems.flatMap(({ caches }) => caches.volumes);

export interface BuilderOptions {
  readonly image: string;
  /** Of the image that is captured from it: what the builder has and this has not would stay in that image. */
  readonly config: ImageConfig;
  /** Whose builder this is: equal for all builds of a project folder. */
  readonly owner: string;
  /** The project on the engine's own machine; absent where the engine is elsewhere. */
  readonly folder: string | undefined;
  /**
   * It is to be captured: /tmp gets a name, and `scratchOf` it is to be made before and removed after. Podman writes
   * volumes without a name into the config of what it captures, so that every container of that would get one.
   */
  readonly captured?: boolean;
}

/** How names of a project's builders start. A label with the folder would stay in the image. */
export function builderPrefix(owner: string): string {
  return `devenv-build-${createHash('sha256').update(owner).digest('hex').slice(0, 12)}-`;
}

/** The engine's name of the volume that a captured builder has at /tmp. */
export const scratchOf = (builder: string): string => `${builder}-tmp`;

/** The container in which one step runs. /tmp is a volume of its own, which without a name goes with the container. */
export function resolveBuilder({ image, config, owner, folder, captured = false }: BuilderOptions): ContainerSpec {
  const name = `${builderPrefix(owner)}${randomBytes(6).toString('hex')}`;
  const project: readonly Mount[] =
    folder === undefined ? [] : [{ kind: 'bind', source: folder, target: '/workspace', readOnly: true }];
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
    log: false,
    stopTimeout: 1,
  };
}
