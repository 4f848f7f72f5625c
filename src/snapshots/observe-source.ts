import type { Container } from '../model/container.ts';
import type { Image } from '../model/image.ts';
import type { ContainerCopy } from '../model/snapshot.ts';
import type { Digest } from '../model/version.ts';
import type { Containers, Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Runtime } from '../ports/runtime.ts';
import { findTools } from './find-tools.ts';
import { findDataVolumes, type DataVolume } from './data-volumes.ts';
import { listPlace } from '../observe/find-workspace.ts';
import type { Writer } from './quiesce-writers.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import type { Place } from '../observe/place.ts';
import { observeStanding, readStandingImage } from '../observe/standing.ts';

/** `containers`: what is removed with them, so no named volumes. `workspace`: its file system alone. */
export type SnapshotScope = 'everything' | 'containers' | 'workspace';

/** The contents of a snapshot. */
export interface ObservedSource {
  readonly source: Source | undefined;
  readonly volumes: readonly DataVolume[];
  readonly writers: readonly Writer[];
  /** The workspace's container mounts none of the volumes, so it cannot write to them. */
  readonly apart: boolean;
  /** An image whose programs do the work. */
  readonly tools: string;
}

/** The workspace's container, and the version that it stands at. */
export interface Source extends Pick<ContainerCopy, 'version' | 'content'> {
  readonly container: Container;
  readonly parent: Image;
  /** Engine time of its last capture. */
  readonly since: string | undefined;
}

/** Observes what a snapshot copies. Absent if there is nothing. */
export async function observeSource(
  engine: Containers & Pick<Engine, 'volumes'>,
  project: Project,
  place: Place,
  of: SnapshotScope,
): Promise<ObservedSource | undefined> {
  const { containers, services } = await listPlace(engine, place);
  const container = containers.find(({ state }) => state === 'running') ?? containers[0];
  const found = of === 'workspace' ? [] : await findDataVolumes(engine, place, services);
  const volumes = of === 'everything' ? found : found.filter(({ identity }) => identity.kind === 'unnamed');
  const source = container && (await findSource(engine.images, project, container));
  if (source === undefined && volumes.length === 0) return undefined;
  const tools = source?.parent.id ?? (await findTools(engine.images, project, { containers: [], services }));
  // Without volumes nothing of the services is copied: they run on.
  const writers = volumes.length === 0 ? [] : services.map((service) => toWriter(project, service));
  return {
    ...{ source, volumes, tools, apart: source === undefined || !(await mountsAny(engine.runtime, source, volumes)) },
    writers: source === undefined ? writers : [{ name: 'workspace', container: source.container }, ...writers],
  };
}

async function mountsAny(runtime: Runtime, { container }: Source, volumes: readonly DataVolume[]): Promise<boolean> {
  const { mounts = [] } = (await runtime.inspect(container.id)) ?? {};
  return mounts.some((mount) => mount.kind === 'volume' && volumes.some(({ name }) => name === mount.source));
}

function toWriter(project: Project, container: Container): Writer {
  const name = container.labels[labels.service] ?? container.name;
  const quiesce = project.environment.services.find((service) => service.name === name)?.quiesce;
  return { name, container, ...(quiesce !== undefined && { quiesce }) };
}

async function findSource(images: Images, project: Project, container: Container): Promise<Source> {
  const standing = await observeStanding(images, project, container);
  const version = standing.captured && standing.version;
  return {
    ...{ container, parent: await readStandingImage(images, standing), since: standing.since },
    version: version?.number ?? Number(container.labels[labels.version]),
    content: version?.content ?? (container.labels[labels.content] as Digest),
  };
}
