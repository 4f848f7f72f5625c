import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import { labels } from '../observe/labels.ts';
import { readPlace } from '../observe/place.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { EngineUsage } from '../ports/engine.ts';
import { findExpired, removeSnapshot, type Kept } from '../snapshots/snapshots.ts';
import { chooseUnneeded, type Retention, type Unneeded } from './space/choose-unneeded.ts';
import { observeProjects } from './space/observe-projects.ts';
import { weighRemovals } from './space/weigh-removals.ts';

export interface PruneOptions extends Retention {
  readonly dryRun: boolean;
  /** Shows what would be removed, before the question. */
  readonly show: (items: readonly PrunedItem[]) => void;
}

export interface PrunedItem extends Unneeded {
  /** Bytes that its removal frees, after those before it. */
  readonly size: number;
}

export interface Pruned {
  /** In the order of removal; with `dryRun`, what would be removed. */
  readonly items: readonly PrunedItem[];
  /** Names of what the engine did not remove, because something uses it by now. */
  readonly refused: readonly string[];
  /** Bytes. */
  readonly freed: number;
  readonly removed: boolean;
}

interface Found {
  readonly items: readonly PrunedItem[];
  readonly snapshots: ReadonlyMap<string, Kept>;
  readonly folders: readonly string[];
}

/**
 * Removes what neither a workspace nor a lock of this machine needs, after a question. The projects are held meanwhile,
 * and what is in use by then stays. Throws NOT_CONFIRMED.
 */
export async function prune(context: Context, options: PruneOptions): Promise<Pruned> {
  const engine = await context.engine();
  const first = await find(context, engine, options);
  if (options.dryRun || first.items.length === 0) return describe(first.items, [], false);
  options.show(first.items);
  if (first.items.some(({ kind }) => kind === 'version'))
    context.progress.note('Versions that only another git branch or clone records would be lost with them.');
  if (!(await context.prompt.confirm('Remove all of this?', false)))
    throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to remove anything.', { state: 'All of it is still there.' });
  return context.cache.alone('prune', () =>
    holdAll(context, first.folders, async () => {
      const agreed = new Set(first.items.map(({ name }) => name));
      const now = await find(context, engine, options);
      const items = now.items.filter(({ name }) => agreed.has(name));
      const refused: string[] = [];
      for (const item of items) {
        await context.failpoints.reach('prune:item');
        if (item.object === 'file') await context.cache.removeOlder(options.age ?? 0);
        else if (!(await remove(engine, item, now.snapshots))) refused.push(item.name);
      }
      return describe(items, refused, true);
    }),
  );
}

function describe(items: readonly PrunedItem[], refused: readonly string[], removed: boolean): Pruned {
  const freed = items.reduce((sum, { name, size }) => sum + (refused.includes(name) ? 0 : size), 0);
  return { items, refused, freed, removed };
}

async function find(context: Context, engine: Engine, retention: Retention): Promise<Found> {
  const usage = await engine.usage();
  const { projects, folders } = await observeProjects(context, usage);
  // A clock that jumped ahead must not expire snapshots.
  const now = Math.min(context.clock.now(), Date.parse(await engine.runtime.now()));
  const snapshots = new Map<string, Kept>();
  const ended: Unneeded[] = [];
  for (const place of listPlaces(usage)) {
    for (const kept of await findExpired(context, engine, place)) {
      snapshots.set(kept.mark, kept);
      const created = Date.parse(kept.snapshot.date);
      ended.push({ kind: 'snapshot', object: 'volume', name: kept.mark, project: place.project, created });
    }
  }
  const chosen = [...ended, ...chooseUnneeded(usage, projects, now, retention)];
  const sizes = weighRemovals(usage, chosen);
  const items = chosen.map((one, index): PrunedItem => {
    const store = snapshots.get(one.name)?.store;
    const copies = usage.volumes.find(({ name }) => name === store)?.size ?? 0;
    return { ...one, size: (sizes[index] ?? 0) + copies };
  });
  const { size } = retention.caches ? await context.cache.weigh(retention.age ?? 0) : { size: 0 };
  const local: PrunedItem = { kind: 'cache', object: 'file', name: 'on this machine', created: now, size };
  return { items: size > 0 ? [...items, local] : items, snapshots, folders };
}

/** The workspaces that have snapshots. */
function listPlaces({ volumes }: EngineUsage): readonly ReturnType<typeof readPlace>[] {
  const places = new Map<string, ReturnType<typeof readPlace>>();
  for (const { labels: found } of volumes) {
    if (found[labels.role] !== 'snapshot') continue;
    const { [labels.identity]: identity } = found;
    const place = { ...readPlace(found), ...(identity !== undefined && { identity }) };
    places.set(`${place.folder}\n${place.workspace}`, place);
  }
  return [...places.values()];
}

/** Holds all projects, in the order of their folders: two that prune at once do not wait for each other. */
async function holdAll<T>(context: Context, folders: readonly string[], work: () => Promise<T>): Promise<T> {
  const [folder, ...rest] = folders;
  if (folder === undefined) return work();
  return (await context.projectLock()).hold(folder, 'prune', () => holdAll(context, rest, work));
}

/** False if something uses it by now. */
async function remove(engine: Engine, item: PrunedItem, snapshots: ReadonlyMap<string, Kept>): Promise<boolean> {
  const { kind, object, name } = item;
  try {
    const snapshot = kind === 'snapshot' ? snapshots.get(name) : undefined;
    if (snapshot !== undefined) await removeSnapshot(engine, snapshot);
    else if (object === 'image') await engine.images.remove(name);
    else if (object === 'volume') await engine.volumes.remove(name);
    else await engine.runtime.remove(name);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENGINE_REFUSED') && error.data?.['status'] === 409) return false;
    throw error;
  }
}
