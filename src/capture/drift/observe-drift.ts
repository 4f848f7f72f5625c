import { pathFromText, showPath, comparePaths } from '../../model/byte-path.ts';
import { inImage } from '../../observe/images/ask-image.ts';
import { listFolders } from './list-folders.ts';
import { listNewer } from './list-newer.ts';
import { readEvidence } from './read-evidence.ts';
import { explainDrift } from './explain/explain-drift.ts';
import { selectEvidence } from './explain/select-evidence.ts';
import { compareListings } from './compare-listings.ts';
import { leaveOutFolders } from './unsaved-changes.ts';
import type { Container, PathChange, RawChange } from '../../model/container.ts';
import type { Drift, PackageItem } from '../../model/drift.ts';
import { noEvidence, type Evidence } from '../../model/evidence.ts';
import type { Resolved } from '../../model/version.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Containers } from '../../ports/engine.ts';
import { labels } from '../../observe/labels.ts';
import type { Project } from '../../observe/project.ts';
import { providers } from '../../providers/registry.ts';
import { listChanged, type Changed, type KnownContainer } from './list-changed.ts';

export interface ObservedDrift {
  readonly drift: Drift;
  /** What the workspace has installed, of the ecosystems that had to be asked. */
  readonly inventory: Resolved;
}

export type ListedChanges = Pick<Changed, 'found' | 'leaveOut'>;

export interface DriftOptions {
  /** Whether to name every path. */
  readonly files?: boolean;
  /** What the caller has observed already. */
  readonly known?: KnownContainer;
  /** Called if more than noise changed, and awaited before it is explained. */
  readonly onListed?: (changed: ListedChanges) => Promise<void>;
}

/**
 * Compares a workspace with the version it stands at. Only where something
 * worth keeping changed is anything read in the workspace, and in a container
 * of the version that is thrown away.
 */
export async function observeDrift(
  engine: Containers,
  listed: Changes,
  project: Project,
  container: Container,
  { files = false, known, onListed }: DriftOptions = {},
): Promise<ObservedDrift> {
  const { standing, found, leaveOut } = await listChanged(engine, listed, project, container, known);
  const { image, since } = standing;
  const version =
    (since === undefined ? undefined : standing.version?.number) ?? Number(container.labels[labels.version]);
  const changes = found ?? inOrder(leaveOutFolders(await engine.runtime.listChanges(container.id)));
  if (isAll(changes, leaveOut)) return clean(version);
  const noise = (path: string): boolean => leaveOut(pathFromText(path));
  const observed = { version, changes: showChanges(changes), noise, files };
  await onListed?.({ found, leaveOut });
  if (container.state !== 'running') return { drift: explainDrift(observed), inventory: {} };
  if (since !== undefined && found === undefined)
    return observeSince(engine, project, container.id, { ...observed, image, since });

  const plan = selectEvidence(observed.changes, noise, true);
  const { before: request } = plan;
  const [after, before] = await Promise.all([
    readEvidence(engine.runtime, container.id, plan.after),
    request && inVersion(engine, project, image, (id) => readEvidence(engine.runtime, id, request)),
  ]);
  return explain(observed, before, after);
}

interface Observed {
  readonly version: number;
  readonly changes: Iterable<PathChange>;
  readonly noise: (path: string) => boolean;
  readonly files: boolean;
}

const clean = (version: number): ObservedDrift => ({
  drift: { version, seen: 'content', paths: 0, bytes: 0, deletes: false, groups: [] },
  inventory: {},
});

function isAll(changes: Iterable<RawChange>, test: Changed['leaveOut']): boolean {
  for (const { path } of changes) if (!test(path)) return false;
  return true;
}

/** The same for people: what explains changes works with names as people read them. */
function showChanges(changes: Iterable<RawChange>): Iterable<PathChange> {
  return {
    *[Symbol.iterator]() {
      for (const change of changes) {
        const path = showPath(change.path);
        yield path === change.path ? change : { ...change, path };
      }
    },
  };
}

const inOrder = <Change extends PathChange>(changes: readonly Change[]): readonly Change[] =>
  [...changes].sort((a, b) => comparePaths(a.path, b.path));

/**
 * Where the engine alone can be asked, it compares with the image that the
 * container was made from. What was captured since is told apart by the time of
 * each inode; what was there then, by asking the captured version.
 */
async function observeSince(
  engine: Containers,
  project: Project,
  container: string,
  { image, since, ...rest }: Observed & { readonly image: string; readonly since: string },
): Promise<ObservedDrift> {
  const { noise, version } = rest;
  const newer = await listNewer(engine.runtime, container, since);
  if (newer === undefined) return { drift: explainDrift(rest), inventory: {} };
  const rough = newer.filter(({ path }) => path !== '/');
  if (rough.every(({ path }) => noise(path))) return clean(version);
  const folders = rough.filter(({ path, folder }) => folder && !noise(path)).map(({ path }) => path);
  const entries = rough.map(({ path }): PathChange => ({ path, kind: 'modified' }));
  const observed = await inVersion(engine, project, image, async (id) => {
    const [now, then] = await Promise.all([
      listFolders(engine.runtime, container, folders),
      listFolders(engine.runtime, id, folders),
    ]);
    const gone = compareListings(then, now);
    const changes = [...entries, ...gone.map((path): PathChange => ({ path, kind: 'deleted' }))];
    const plan = selectEvidence(changes, noise, false);
    const [after, before] = await Promise.all([
      readEvidence(engine.runtime, container, plan.after),
      readEvidence(engine.runtime, id, plan.before ?? plan.after),
    ]);
    return { changes, after, before };
  });
  const known = observed.before?.entries ?? noEvidence.entries;
  const changes = observed.changes.map(({ path, kind }) =>
    kind === 'modified' && !known.has(path) ? ({ path, kind: 'added' } as const) : { path, kind },
  );
  return explain({ ...rest, changes: inOrder(leaveOutFolders(changes)) }, observed.before, observed.after);
}

async function inVersion<T>(
  engine: Containers,
  project: Project,
  reference: string,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const image = await engine.images.inspect(reference);
  const config = image?.config ?? { env: [], labels: {}, user: '0', workingDir: '/', entrypoint: [], cmd: [] };
  return inImage(engine.runtime, project.folder, { id: reference, config }, work);
}

function explain(observed: Observed, before: Evidence | undefined, after: Evidence | undefined): ObservedDrift {
  const drift = explainDrift({
    ...observed,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  });
  return { drift, inventory: after === undefined ? {} : listInventory(drift, after) };
}

/** Exact versions in the workspace, by provider, as far as they were read: what did not change was not asked for. */
function listInventory(drift: Drift, after: Evidence): Resolved {
  return Object.fromEntries(
    providers.flatMap(({ name, causes, proposal }) => {
      if (proposal === 'none') return [];
      const items = drift.groups.flatMap((group) => (group.cause in causes ? [...group.items] : []));
      return [[name, proposal.installed(items.filter(({ kind }) => kind === 'package') as PackageItem[], after)]];
    }),
  );
}
