import { pathFromText, showPath, comparePaths } from '../../model/byte-path.ts';
import { inImage } from '../../observe/images/ask-image.ts';
import { retryPaused } from '../../observe/retry-paused.ts';
import { findDeletions, listNewer } from './list-newer.ts';
import { readEvidence } from './read-evidence.ts';
import { explainDrift } from './explain/explain-drift.ts';
import { selectEvidence } from './explain/select-evidence.ts';
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
import { listChanged, type ChangeListing, type KnownContainer } from './list-changed.ts';

export interface ObservedDrift {
  readonly drift: Drift;
  /** Packages of the workspace, of the ecosystems that had to be asked. */
  readonly inventory: Resolved;
}

export type ListedChanges = Pick<ChangeListing, 'found' | 'leaveOut'>;

interface DriftOptions {
  /** Whether to name every path. */
  readonly files?: boolean;
  /** What the caller has observed already. */
  readonly known?: KnownContainer;
  /** Called and awaited before the explanation, if more than noise changed. */
  readonly onListed?: (changed: ListedChanges) => Promise<void>;
  /** Ends the explanation. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares a workspace with the version it stands at. Files are read only if
 * more than noise changed: in the workspace, and in a temporary container of
 * the version.
 */
export async function observeDrift(
  engine: Containers,
  listed: Changes,
  project: Project,
  container: Container,
  { files = false, known, onListed, signal }: DriftOptions = {},
): Promise<ObservedDrift> {
  const { standing, found, leaveOut } = await listChanged(engine, listed, project, container, known);
  const { image, since } = standing;
  const version =
    (since === undefined ? undefined : standing.version?.number) ?? Number(container.labels[labels.version]);
  const changes = found ?? inOrder(leaveOutFolders(await engine.runtime.listChanges(container.id)));
  if (isAll(changes, leaveOut)) return clean(version);
  const noise = (path: string): boolean => leaveOut(pathFromText(path));
  const observed = { version, changes: showChanges(changes), noise, files, signal };
  await onListed?.({ found, leaveOut });
  if (container.state !== 'running') return { drift: await explainDrift(observed), inventory: {} };
  const reading = <Result>(read: () => Promise<Result>): Promise<Result> =>
    retryPaused(engine.runtime, container.id, read, signal);
  if (since !== undefined && found === undefined)
    return reading(() => observeSince(engine, project, container.id, { ...observed, image, since }));

  const plan = selectEvidence(observed.changes, noise, true);
  const { before: request } = plan;
  const [after, before] = await Promise.all([
    reading(() => readEvidence(engine.runtime, container.id, plan.after)),
    request && inVersion(engine, project, image, (id) => readEvidence(engine.runtime, id, request)),
  ]);
  return explain(observed, before, after);
}

/** What explainDrift compares, before anything is read. */
interface Comparison {
  readonly version: number;
  readonly changes: Iterable<PathChange>;
  readonly noise: (path: string) => boolean;
  readonly files: boolean;
  readonly signal: AbortSignal | undefined;
}

const clean = (version: number): ObservedDrift => ({
  drift: { version, seen: 'content', paths: 0, bytes: 0, deletes: false, groups: [] },
  inventory: {},
});

function isAll(changes: Iterable<RawChange>, test: ChangeListing['leaveOut']): boolean {
  for (const { path, unkept } of changes) if (unkept !== true && !test(path)) return false;
  return true;
}

/** The changes by paths as people read them, which the explanation works with. */
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
 * As observeDrift after a commit, for storage that the helper cannot read. The
 * engine compares with the image that the container was made from; what was
 * captured since is told apart by the time of each inode, and the captured
 * version tells what existed then.
 */
async function observeSince(
  engine: Containers,
  project: Project,
  container: string,
  { image, since, ...rest }: Comparison & { readonly image: string; readonly since: string },
): Promise<ObservedDrift> {
  const { noise, version } = rest;
  const newer = await listNewer(engine.runtime, container, since);
  if (newer === undefined) return { drift: await explainDrift(rest), inventory: {} };
  if (newer.every(({ path }) => noise(path))) return clean(version);
  const { changes, before, after } = await inVersion(engine, project, image, async (id) => {
    const found = await findDeletions(engine.runtime, container, id, newer, noise);
    const plan = selectEvidence(found, noise, false);
    const [now, then] = await Promise.all([
      readEvidence(engine.runtime, container, plan.after),
      readEvidence(engine.runtime, id, plan.before ?? plan.after),
    ]);
    return { changes: found, before: then, after: now };
  });
  const known = before?.entries ?? noEvidence.entries;
  const exact = changes.map((change) =>
    change.kind === 'modified' && !known.has(change.path) ? ({ ...change, kind: 'added' } as const) : change,
  );
  return explain({ ...rest, changes: inOrder(leaveOutFolders(exact)) }, before, after);
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

async function explain(
  observed: Comparison,
  before: Evidence | undefined,
  after: Evidence | undefined,
): Promise<ObservedDrift> {
  const drift = await explainDrift({
    ...observed,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  });
  return { drift, inventory: after === undefined ? {} : listInventory(drift, after) };
}

/** Exact versions in the workspace, by provider, of the ecosystems that changed. */
function listInventory(drift: Drift, after: Evidence): Resolved {
  return Object.fromEntries(
    providers.flatMap(({ name, causes, proposal }) => {
      if (proposal === 'none') return [];
      const items = drift.groups.flatMap((group) => (group.cause in causes ? [...group.items] : []));
      return [[name, proposal.installed(items.filter(({ kind }) => kind === 'package') as PackageItem[], after)]];
    }),
  );
}
