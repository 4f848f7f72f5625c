import { DevenvError } from '../errors/devenv-error.ts';
import { stopServices } from '../containers/services/stop-services.ts';
import type { Container } from '../model/container.ts';
import type { Operation } from '../model/plan.ts';
import type { Volume } from '../model/container.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { findDataVolumes } from '../snapshots/data-volumes.ts';
import { listPlace } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import { readProject, type Project } from '../observe/project.ts';
import { readServices } from '../containers/services/read-services.ts';
import type { Place } from '../observe/resolve-volume.ts';
import { saveBefore } from '../snapshots/save-before.ts';
import { listLost, refuseUnsaved } from '../capture/carry/unsaved.ts';
import { removeNetworks } from '../containers/network/workspace-network.ts';

export interface DestroyOptions {
  readonly workspace: string;
  /** Also drop changes that no version has. */
  readonly discard: boolean;
  /** Also remove the data: the workspace's own volumes. */
  readonly volumes: boolean;
  /** Keep what goes for good as a snapshot. */
  readonly snapshot: boolean;
}

export interface DestroyResult {
  /** Number of containers of the workspace. */
  readonly removed: number;
  /** Names of services that are gone. */
  readonly services: readonly string[];
  /** Names of volumes, as devenv.yaml has them: removed, or kept for the next `up`. */
  readonly volumes: { readonly removed: readonly string[]; readonly kept: readonly string[] };
}

/**
 * Removes a workspace: its containers, its services, their network. Versions,
 * caches and the project stay, and so do volumes, unless they are named in
 * what the person agrees to.
 */
export async function destroy(context: Context, options: DestroyOptions): Promise<DestroyResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'destroy', async (held) => {
    const project = await readProject(context);
    const engine = await context.engine();
    const place = { project: project.environment.name, folder, workspace: options.workspace };
    const { containers, services } = await listPlace(engine, place);
    const volumes = await listOwnVolumes(engine, place);
    const kept = options.volumes ? [] : volumes;
    if (containers.length + services.length === 0 && (volumes.length === 0 || !options.volumes))
      return describe(0, [], [], kept);
    const removals = containers.map(({ id }): Operation => ({
      kind: 'remove',
      container: id,
      cause: 'it is to be destroyed',
    }));
    const leave = await refuseUnsaved(context, engine, project, removals, options);
    const lost = options.volumes && volumes.length > 0 ? ` and the data in ${nameAll(volumes)}` : '';
    if (!(await context.prompt.confirm(`Destroy the workspace of ${project.environment.name}${lost}?`, false))) {
      throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to destroy the workspace.', {
        state: 'The workspace is as it was.',
      });
    }
    if (options.snapshot && (await isLossy(context, engine, project, place, options)))
      await saveBefore(context, held, project, {
        ...{ workspace: options.workspace, message: 'before destroy', cause: 'destroy' },
        of: options.volumes ? 'everything' : 'containers',
      });
    const task = context.progress.task('Removing the workspace');
    for (const { id } of containers) {
      const leaving = await leave(id);
      await engine.runtime.remove(id).finally(() => leaving.release());
    }
    task.done();
    const ports = { engine, progress: context.progress };
    await stopServices(ports, readServices(services));
    for (const { id } of services) await engine.runtime.remove(id);
    await removeNetworks(engine, place);
    if (options.volumes) for (const { name } of volumes) await engine.volumes.remove(name);
    return describe(containers.length, services, options.volumes ? volumes : [], kept);
  });
}

/** True where something goes that nothing else has: data, or changes that are in no version. */
async function isLossy(
  context: Context,
  engine: Engine,
  project: Project,
  place: Place,
  options: DestroyOptions,
): Promise<boolean> {
  const { containers, services } = await listPlace(engine, place);
  const data = await findDataVolumes(engine, place, services);
  if (data.some(({ identity }) => options.volumes || identity.kind === 'unnamed')) return true;
  if (!options.discard) return false;
  const lost = containers.map(async ({ id }) =>
    listLost(context, engine, project, id, await engine.runtime.listChanges(id)),
  );
  return (await Promise.all(lost)).some((changes) => changes.length > 0);
}

function listOwnVolumes(engine: Engine, { folder, workspace }: Place): Promise<readonly Volume[]> {
  const own = [`${labels.role}=volume`, `${labels.folder}=${folder}`, `${labels.workspace}=${workspace}`];
  return engine.volumes.list(own);
}

function describe(
  removed: number,
  services: readonly Container[],
  gone: readonly Volume[],
  kept: readonly Volume[],
): DestroyResult {
  return {
    removed,
    services: readServices(services).map(({ name }) => name),
    volumes: { removed: gone.map(nameVolume), kept: kept.map(nameVolume) },
  };
}

const nameVolume = ({ name, labels: found }: Volume): string => found[labels.volume] ?? name;
const nameAll = (volumes: readonly Volume[]): string => volumes.map(nameVolume).join(', ');
