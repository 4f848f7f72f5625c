import { currentVersion } from '../lock/version-items.ts';
import type { Container } from '../model/container.ts';
import type { VolumeMount } from '../model/workspace.ts';
import { labels } from '../observe/labels.ts';
import type { Place } from '../observe/place.ts';
import type { Project } from '../observe/project.ts';
import { observeStanding } from '../observe/standing.ts';
import { findVersionImage } from '../observe/version-image.ts';
import type { ObservedContainer, ObservedRecord, ObservedWorkspace } from '../plan/observed.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { FormerPlace } from './find-former.ts';
import { hashUpdate } from './hash-update.ts';
import { listMissingFolders } from './make-mount-points.ts';
import { nameVolumes } from './services/observe-service.ts';
import { listImageVolumes } from './volumes/list-image-volumes.ts';
import { refuseShared } from './volumes/refuse-shared.ts';
import { findRecord } from './workspace-record.ts';
import {
  hashSettings,
  listChanged,
  resolveSettings,
  workspaceVolume,
  type MachineSettings,
} from './workspace-settings.ts';

interface Found {
  /** As in ObserveOptions. */
  readonly whole: boolean;
  readonly machine: MachineSettings;
  readonly containers: readonly Container[];
  readonly former: FormerPlace | undefined;
}

/** Observes the workspace itself: what its container is to be, and what is there of it. */
export async function observeWorkspace(
  context: Context,
  engine: Pick<Engine, 'images' | 'runtime' | 'capabilities'>,
  project: Project,
  { folder, workspace }: Place,
  { whole, machine, containers, former }: Found,
): Promise<ObservedWorkspace> {
  const { environment } = project;
  const settings = hashSettings(environment, machine);
  const observeContainer = async (container: Container): Promise<ObservedContainer> => {
    const created = container.labels[labels.settings] ?? '';
    return {
      ...{ container, settings: created },
      content: (await observeStanding(engine.images, project, container)).content,
      changed: created === settings ? [] : listChanged(environment, container),
      former: containers.includes(container) ? undefined : former?.folder,
    };
  };
  const isMounted = whole && engine.capabilities.mountsFolders;
  const [observed, record, update, own, folders] = await Promise.all([
    Promise.all([...containers, ...(former?.containers ?? [])].map(observeContainer)),
    findRecord(context, folder, workspace),
    hashUpdate(context, project),
    whole ? listWorkspaceVolumes(engine.images, project) : [],
    isMounted ? listMissingFolders(context.files, folder, environment) : [],
  ]);
  return {
    ...{ settings, update, folders, containers: observed },
    ports: environment.ports,
    volumes: nameVolumes([...environment.volumes, ...own]),
    hooks: environment.hooks,
    ...(record !== undefined && { record: await observeRecord(engine.runtime, containers, record) }),
  };
}

/** Volumes that the image of the current version declares. */
async function listWorkspaceVolumes(images: Images, { environment, lock }: Project): Promise<readonly VolumeMount[]> {
  const image = lock && (await findVersionImage(images, environment.name, currentVersion(lock)));
  if (image === undefined) return [];
  const declared = listImageVolumes(image, workspaceVolume, resolveSettings(environment).mounts);
  refuseShared(environment, '', declared);
  return declared;
}

/** Asks the engine only if a restart by others could have ended a mapping. */
async function observeRecord(
  runtime: Runtime,
  containers: readonly Container[],
  { container, hooks, owners }: NonNullable<Awaited<ReturnType<typeof findRecord>>>,
): Promise<ObservedRecord> {
  if (owners.kind !== 'mapped') return { container, hooks, owners: 'settled' };
  const runs = containers.some(({ id, state }) => id === container && (state === 'running' || state === 'paused'));
  const started = runs ? (await runtime.inspect(container))?.started : owners.started;
  return { container, hooks, owners: started === owners.started ? 'mapped' : 'stale' };
}
