import { DevenvError } from '../errors/devenv-error.ts';
import type { Container, ContainerSpec } from '../model/container.ts';
import type { ContainerCopy, Snapshot, VolumeIdentity } from '../model/snapshot.ts';
import type { Containers, Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { findDataVolumes } from './data-volumes.ts';
import { listPlace } from '../observe/find-workspace.ts';
import { needActs } from '../containers/acts/need-acts.ts';
import { resolveSpec } from '../containers/acts/resolve-spec.ts';
import { openSite } from '../containers/carry-out-containers.ts';
import { noFacts, observe } from '../containers/observe.ts';
import { providePersonal } from '../containers/personal/provide-personal.ts';
import { carryOut, requireDone } from '../plan/carry-out.ts';
import { planReplacement } from '../plan/plan-up.ts';
import type { Project } from '../observe/project.ts';
import { provideVolumes } from '../containers/volumes/provide-volumes.ts';
import { readServices } from '../containers/services/read-services.ts';
import type { Place } from '../observe/place.ts';
import type { RestoreIntent } from './snapshot-intent.ts';
import type { Kept } from './snapshots.ts';
import { keyOf } from './volume-key.ts';

/** A restore that was decided, and nothing of it done yet. */
export interface Restore {
  readonly intent: RestoreIntent;
  readonly snapshot: Snapshot;
  /** Makes the workspace's new container and gives its id; `image` in place of its version's. */
  readonly make: (image?: string) => Promise<string>;
}

/** Makes what is missing around the containers, and says which container and which volumes are to become what. */
export async function planRestore(
  context: Context,
  engine: Engine,
  project: Project,
  place: Place,
  { snapshot, store, transaction }: Kept,
  image: string | undefined,
): Promise<Restore> {
  const { address } = engine;
  const named = snapshot.volumes.flatMap((volume) => (volume.kind === 'named' ? [volume.name] : []));
  await provideVolumes(
    engine.volumes,
    place,
    named.map((source) => ({ kind: 'volume', source, target: '', readOnly: false })),
  );
  const { containers: old, services } = await listPlace(engine, place);
  const found = new Map(
    (await findDataVolumes(engine, place, services)).map(({ identity, name }) => [keyOf(identity), name]),
  );
  const copy = snapshot.container;
  const spec = copy && image !== undefined && (await prepareContainer(context, engine, project, place, copy, image));
  const ran = (containers: readonly Container[]): string[] =>
    containers.filter(({ state }) => state === 'running' || state === 'paused').map(({ id }) => id);
  const waiting = spec ? `${spec.name}-restored-${transaction}` : '';
  const tools = image ?? old[0]?.image ?? services[0]?.image;
  if (tools === undefined) throw new DevenvError('WORKSPACE_NOT_FOUND', 'There is no workspace to restore volumes in.');
  return {
    snapshot,
    intent: {
      ...{ kind: 'restore', phase: 'prepare', transaction, engine: address, number: snapshot.number, store },
      image: tools,
      volumes: snapshot.volumes.map((volume) => found.get(keyOf(volume)) ?? absent(volume)),
      ran: [...ran(sortByNeeds(readServices(services))), ...ran(old)],
      ...(spec && {
        replacement: {
          waiting,
          name: spec.name,
          old: old.map(({ id }) => id),
          start: old.length === 0 || ran(old).length > 0,
        },
      }),
    },
    make: async (other) => {
      if (!spec) throw new DevenvError('INTERNAL', 'A snapshot without a file system was to become a container.');
      return engine.runtime.create({ ...spec, name: waiting, ...(other !== undefined && { image: other }) });
    },
  };
}

/** What the workspace's new container is to be; what it needs beside its image is there then. */
async function prepareContainer(
  context: Context,
  engine: Engine,
  project: Project,
  place: Place,
  copy: ContainerCopy,
  image: string,
): Promise<ContainerSpec> {
  const facts = noFacts();
  const observation = await observe(context, engine, project, place, { whole: true, facts });
  const own = await providePersonal(context, engine, project, observation.machine, image);
  const { operations } = planReplacement(observation.observed, { kind: 'create', cause: 'it is restored' });
  const version = { number: copy.version, content: copy.content };
  const site = openSite(context, engine, project, place, { observation, facts, version, image: own });
  const needs = operations.filter(({ kind }) => kind === 'network' || kind === 'volume' || kind === 'folders');
  requireDone(needs, await carryOut(needs, needActs(site), { signal: context.signal }), context.signal);
  const ports = operations.flatMap((one) => (one.kind === 'create' ? one.ports : []));
  return resolveSpec(site, undefined, ports);
}

/** Each after those that it needs. */
function sortByNeeds(services: ReturnType<typeof readServices>): readonly Container[] {
  const sorted: string[] = [];
  const add = (name: string): void => {
    const service = services.find((one) => one.name === name);
    if (service === undefined || sorted.includes(name)) return;
    // Before its needs: what waits for itself is not waited for.
    const place = sorted.push(name) - 1;
    for (const need of service.needs) add(need);
    sorted.push(...sorted.splice(place, 1));
  };
  for (const { name } of services) add(name);
  return sorted.flatMap((name) => services.find((one) => one.name === name)?.container ?? []);
}

function absent(identity: VolumeIdentity): never {
  throw new DevenvError('INTERNAL', `The volume ${keyOf(identity)} was made and is not there.`);
}

/** Everything that may fail. Gives whether drift can be told apart from the version. */
export async function prepareRestore(
  context: Context,
  engine: Containers,
  { intent, snapshot, make }: Restore,
): Promise<boolean> {
  for (const id of intent.ran) {
    if ((await engine.runtime.inspect(id))?.state === 'paused') await engine.runtime.unpause(id);
    await engine.runtime.stop(id, 10);
  }
  await context.failpoints.reach('restore:stopped');
  const told =
    snapshot.container === undefined || (await makeContainer(context, engine, intent, snapshot.container, make));
  await context.failpoints.reach('restore:made');
  if (intent.volumes.length === 0) return told;
  const session = await (
    await context.snapshotData()
  ).open({ ...intent, purpose: 'restore', beside: intent.transaction });
  try {
    await session.lay(intent.transaction);
  } finally {
    await session.close();
  }
  return told;
}

async function makeContainer(
  context: Context,
  engine: Containers,
  { transaction }: RestoreIntent,
  { drift }: ContainerCopy,
  make: Restore['make'],
): Promise<boolean> {
  const id = await make();
  if (drift === undefined) return true;
  const image = await engine.images.inspect(drift.image);
  if (image === undefined) {
    throw new DevenvError('IMAGE_NOT_FOUND', `The engine does not have the snapshot's image ${drift.image} any more.`, {
      state: 'The workspace is as it was.',
    });
  }
  const data = await context.snapshotData();
  if (drift.kind === 'layer' && (await data.applyLayer(image, id, transaction))) return true;
  await engine.runtime.remove(id);
  await make(image.id);
  return false;
}
