import { listProxyUsers } from '../environment/list-trust-needs.ts';
import { currentVersion } from '../lock/version-items.ts';
import type { Project } from '../observe/project.ts';
import { labelPlace, type Place } from '../observe/place.ts';
import { labels } from '../observe/labels.ts';
import { localReference } from '../observe/version-image.ts';
import { carryOut, requireDone, type Acts, type Outcome } from '../plan/carry-out.ts';
import { leaveAtOnce } from '../plan/leave.ts';
import type { Plan } from '../plan/plan-up.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import { containerActs } from './acts/container-acts.ts';
import { endActs, letGo } from './acts/end-acts.ts';
import { requireAllAlive, serviceActs } from './acts/service-acts.ts';
import { settleActs } from './acts/settle-acts.ts';
import type { Site, Source } from './acts/site.ts';
import { noProxy, provideProxy } from './secret-values/provide-proxy.ts';
import { followContainers } from './follow-containers.ts';
import { describeMoves } from './network/observe-ports.ts';
import type { Facts, Observation } from './observe.ts';
import { makeMountPoints } from './make-mount-points.ts';
import { provideSecrets } from './secret-values/provide-secrets.ts';
import { provideVolumes } from './volumes/own-volumes.ts';

interface SiteOptions extends Pick<Site, 'agreed' | 'filling'> {
  readonly observation: Observation;
  readonly facts: Facts;
  readonly leave?: Site['leave'] | undefined;
  /** Default: the current version. */
  readonly source?: Source | undefined;
}

/** Collects what the acts on one workspace's containers need. */
export function openSite(
  context: Context,
  engine: Engine,
  project: Project,
  place: Place,
  { observation, facts, agreed, leave = leaveAtOnce, filling, source }: SiteOptions,
): Site {
  const { observed, machine, images } = observation;
  const version = source?.version ?? (project.lock && currentVersion(project.lock));
  const below = source?.reference ?? (version && localReference(project.environment.name, version));
  const reference = facts.personal ?? below;
  return {
    ...{ context, engine, place, project, machine, agreed, images, leave, filling },
    source: version && reference !== undefined ? { version, reference } : undefined,
    endpoints: observed.networks.endpoints,
    update: observed.workspace.update,
    // A service may use the network of one that stays.
    containers: new Map(observation.services.map(({ id, labels: own }) => [own[labels.service] ?? '', id])),
    held: new Map(),
    secrets: new Map(),
    proxy: noProxy,
  };
}

/** Carries out the operations on a workspace's containers and on what these need. `there`: its containers. */
export async function carryOutContainers(
  site: Site,
  plan: Plan,
  there: Observation['containers'],
  more: Acts = {},
): Promise<Outcome> {
  const { context } = site;
  const gone = plan.workspace.flatMap((one) =>
    one.kind === 'remove' || one.kind === 'recreate' ? [one.container] : [],
  );
  const kept = there.find(({ id }) => !gone.includes(id));
  if (kept !== undefined) site.containers.set('', kept.id);
  const follower = followContainers(context.progress, plan);
  const acts: Acts = {
    ...needActs(site),
    ...containerActs(site),
    ...endActs(site),
    ...serviceActs(site, follower.detail),
    ...settleActs(site),
    ...more,
  };
  try {
    const outcome = await carryOut(plan.operations, acts, { signal: context.signal, follower });
    if (outcome.failures.length === 0) requireDone(plan.operations, outcome, context.signal);
    for (const operation of plan.operations)
      if (operation.kind === 'create' && outcome.done.has(operation.id))
        for (const line of describeMoves(operation.ports)) context.progress.note(line);
    // A service may have waited for another one that ended.
    if (outcome.failures.some(({ operation }) => operation.kind === 'ready')) {
      const up = plan.operations.flatMap((one) =>
        one.kind === 'ready' && one.until === undefined && outcome.done.has(one.id) ? [one.service] : [],
      );
      await requireAllAlive(site, up, context.signal);
    }
    return outcome;
  } finally {
    for (const container of site.held.keys()) await letGo(site, container);
  }
}

/** Creates what containers need besides images. */
function needActs(site: Site): Acts {
  const { context, engine, place, project } = site;
  return {
    values: async () => {
      site.secrets = await provideSecrets(context, project, site.agreed);
      const { environment } = project;
      if (listProxyUsers(environment).length > 0 || site.machine.personal?.proxy === true)
        site.proxy = await provideProxy(context, environment);
    },
    network: ({ network, internal }) =>
      engine.networks.create(network, { labels: labelPlace('network', place), internal }),
    volume: ({ volume }) => provideVolumes(engine.volumes, place, [volume]),
    folders: ({ folders }) => makeMountPoints(context.files, place.folder, folders),
  };
}
