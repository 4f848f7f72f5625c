import { listLost } from '../capture/carry/unsaved.ts';
import { refuseUnsaved } from '../capture/carry/refuse-unsaved.ts';
import { readServices } from '../containers/services/read-services.ts';
import { findFormer } from '../containers/find-former.ts';
import { listNetworks } from '../containers/network/observe-networks.ts';
import { listOwnVolumes } from '../containers/volumes/own-volumes.ts';
import { dropRecord } from '../containers/workspace-record.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { removeDeadBuilders } from '../image/steps/remove-dead-builders.ts';
import type { Container, Volume } from '../model/container.ts';
import type { Operation } from '../plan/operation.ts';
import { explainMoved, listPlace, listWorkspaceNames } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import { identifyPlace, readProject, type Project } from '../observe/project.ts';
import type { Place } from '../observe/place.ts';
import { planDestroy, type Destroying } from '../plan/plan-end.ts';
import type { Context } from '../ports/context.ts';
import type { Containers, Engine } from '../ports/engine.ts';
import type { Network } from '../ports/networks.ts';
import { findDataVolumes } from '../snapshots/data-volumes.ts';
import { saveBefore } from '../snapshots/save-before.ts';
import { carryOutEnd } from './carry-out-end.ts';
import { holdGone, readGone } from './hold-gone.ts';

interface DestroyOptions {
  readonly workspace: string;
  /** Drop changes that no version has, too. */
  readonly discard: boolean;
  /** Remove the data, too: the workspace's own volumes. */
  readonly volumes: boolean;
  /** Keep what is lost as a snapshot. */
  readonly snapshot: boolean;
}

export interface DestroyResult {
  /** Number of containers of the workspace. */
  readonly removed: number;
  /** Names of services that were removed. */
  readonly services: readonly string[];
  /** Names of volumes, as devenv.yaml has them: removed, or kept for the next `up`. */
  readonly volumes: { readonly removed: readonly string[]; readonly kept: readonly string[] };
  /** If there was nothing to remove: names of the project's workspaces. */
  readonly others?: readonly string[];
}

/**
 * Removes a workspace: its containers, its services, their networks. Versions,
 * caches and the project stay; volumes stay unless `volumes` is set. The project
 * folder may be gone.
 */
export async function destroy(context: Context, options: DestroyOptions): Promise<DestroyResult> {
  return holdGone(context, 'destroy', async (project, held) => {
    const engine = await context.engine();
    await removeDeadBuilders(engine, project.folder);
    const place = await identifyPlace(context, project, options.workspace);
    const there = await observePlace(engine, place);
    const plan = planDestroy(chooseEnding(there, options));
    if (plan.operations.length === 0)
      return { ...describe(there, options), others: await listWorkspaceNames(engine, project.folder) };
    const leave = await refuseUnsaved(context, engine, project, plan.workspace, options);
    await confirmDestroy(context, project, options.workspace, options.volumes ? there.volumes : []);
    const keep =
      options.snapshot && (await isLossy(context, engine, project, there, options)) ? wholeOf(options) : undefined;
    const message = 'before destroy';
    await carryOutEnd(context, engine, place, planDestroy({ ...chooseEnding(there, options), keep }), {
      leave,
      told: () => true,
      acts: {
        snapshot: async ({ of }) => {
          await saveBefore(context, held, project, {
            ...{ workspace: options.workspace, message },
            cause: 'destroy',
            of,
          });
        },
      },
    });
    await dropRecord(context, project.folder, options.workspace);
    return describe(there, options);
  });
}

/** Plans what `destroy` would do and does nothing. Includes a snapshot if something could be lost. */
export async function dryRunDestroy(context: Context, options: DestroyOptions): Promise<readonly Operation[]> {
  const project = (await readGone(context)) ?? (await readProject(context));
  const engine = await context.engine();
  const there = await observePlace(engine, await identifyPlace(context, project, options.workspace));
  const keep = options.snapshot && (losesData(there, options) || options.discard) ? wholeOf(options) : undefined;
  return planDestroy({ ...chooseEnding(there, options), keep }).operations;
}

interface There {
  readonly containers: readonly Container[];
  readonly services: readonly Container[];
  readonly volumes: readonly Volume[];
  readonly networks: readonly Network[];
  /** All volumes with data, also those without a name. */
  readonly data: Awaited<ReturnType<typeof findDataVolumes>>;
}

/** Throws WORKSPACE_NOT_FOUND if the workspace is where the project was before a move. */
async function observePlace(engine: Containers & Pick<Engine, 'networks' | 'volumes'>, place: Place): Promise<There> {
  const [{ containers, services }, networks, volumes] = await Promise.all([
    listPlace(engine, place),
    listNetworks(engine.networks, place),
    listOwnVolumes(engine.volumes, place),
  ]);
  if (containers.length + services.length === 0) {
    const former = await findFormer(engine, place);
    if (former !== undefined) throw explainMoved(former.folder);
  }
  return { containers, services, networks, volumes, data: await findDataVolumes(engine, place, services) };
}

const chooseEnding = ({ containers, services, networks, volumes }: There, options: DestroyOptions): Destroying => ({
  ...{
    containers,
    services: readServices(services),
    networks: networks.map(({ name }) => name),
    volumes: options.volumes ? volumes.map((one) => ({ volume: nameVolume(one), name: one.name })) : [],
  },
});

const wholeOf = ({ volumes }: DestroyOptions): 'everything' | 'containers' => (volumes ? 'everything' : 'containers');

async function confirmDestroy(
  { prompt }: Context,
  { environment }: Project,
  workspace: string,
  lost: readonly Volume[],
): Promise<void> {
  const name = workspace === 'main' ? '' : `${workspace} `;
  const data = lost.length > 0 ? ` and the data in ${lost.map(nameVolume).join(', ')}` : '';
  if (await prompt.confirm(`Destroy the workspace ${name}of ${environment.name}${data}?`, false)) return;
  throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to destroy the workspace.', {
    state: 'The workspace is as it was.',
  });
}

const losesData = ({ data }: There, { volumes }: DestroyOptions): boolean =>
  data.some(({ identity }) => volumes || identity.kind === 'unnamed');

/** True if data or uncommitted changes are lost. */
async function isLossy(
  context: Context,
  engine: Containers,
  project: Project,
  there: There,
  options: DestroyOptions,
): Promise<boolean> {
  if (losesData(there, options)) return true;
  if (!options.discard) return false;
  const lost = there.containers.map(async ({ id }) =>
    listLost(context, engine, project, id, await engine.runtime.listChanges(id)),
  );
  return (await Promise.all(lost)).some((changes) => changes.length > 0);
}

function describe({ containers, services, volumes }: There, options: DestroyOptions): DestroyResult {
  const names = volumes.map(nameVolume);
  return {
    removed: containers.length,
    services: readServices(services).map(({ name }) => name),
    volumes: options.volumes ? { removed: names, kept: [] } : { removed: [], kept: names },
  };
}

const nameVolume = ({ name, labels: found }: Volume): string => found[labels.volume] ?? name;
