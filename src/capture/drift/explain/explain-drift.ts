import type { PathChange } from '../../../model/container.ts';
import type { Drift } from '../../../model/drift.ts';
import { noEvidence, type Evidence } from '../../../model/evidence.ts';
import { compareAccounts } from './compare-accounts.ts';
import { compareDebian, type DebianChange } from './compare-debian.ts';
import { compareVariables, isProfile } from './compare-variables.ts';
import { recognitions, indexTools } from './find-tool.ts';
import { gatherGroups } from './gather-groups.ts';
import { foldersOf, indexOwners } from './own-paths.ts';
import { parseDpkgStatus, statusFile } from '../../../providers/debian/parse-dpkg-status.ts';
import { inSlices } from '../../../observe/in-slices.ts';
import type { Findings } from './classify-change.ts';

interface DriftInput {
  readonly version: number;
  /**
   * All differences, noise included, without folders that are listed only for
   * what is in them. Each follows its folder; iterated several times.
   */
  readonly changes: Iterable<PathChange>;
  /** True for paths that no version keeps. */
  readonly noise: (path: string) => boolean;
  /** Of the version; absent if nothing had to be read there. */
  readonly before?: Evidence;
  /** Of the workspace; absent if it does not run. */
  readonly after?: Evidence;
  /** True to name every changed path. */
  readonly files?: boolean;
  /** Ends the explanation. */
  readonly signal?: AbortSignal | undefined;
}

/** Groups all changes by cause. */
export async function explainDrift({
  version,
  changes,
  noise,
  before,
  after,
  files = false,
  signal,
}: DriftInput): Promise<Drift> {
  const [was, is] = [before ?? noEvidence, after ?? noEvidence];
  const index = await indexChanges(changes, noise, was.lists.size > 0 || is.lists.size > 0, signal);
  const [owners, formerOwners] = [indexOwners(index.folders, is), indexOwners(index.folders, was)];
  const findings: Findings = {
    noise,
    debian: listDebian(before, after, index.lists),
    // By the lists of the workspace, and for what is gone by those of the version.
    owners: (path) => {
      const found = owners(path);
      return found.length > 0 ? found : formerOwners(path);
    },
    edited: findEdited(is),
    tool: indexTools(index.tools, was, is),
    accounts: before === undefined || after === undefined ? [] : compareAccounts(before, after),
    variables: new Map(
      index.profiles.map((path) => [path, compareVariables(was.files.get(path) ?? '', is.files.get(path) ?? '')]),
    ),
  };
  const measured = after !== undefined;
  const { groups, paths, deletes } = await gatherGroups({ changes, findings, evidence: is, measured, files, signal });
  const own = groups.filter(({ cause }) => cause !== 'noise');
  return {
    ...{ version, seen: measured ? 'content' : 'list', paths, deletes },
    ...(measured && { bytes: own.reduce((sum, { bytes = 0 }) => sum + bytes, 0) }),
    groups,
  };
}

/** What the first pass over the changes collects. */
interface ChangeIndex {
  /** Of package lists of Debian. */
  readonly lists: PathChange[];
  readonly profiles: string[];
  /** Changes that ecosystems index. */
  readonly tools: PathChange[];
  /** Folders in which packages may own something. */
  readonly folders: Set<string>;
}

async function indexChanges(
  changes: Iterable<PathChange>,
  noise: (path: string) => boolean,
  owned: boolean,
  signal: AbortSignal | undefined,
): Promise<ChangeIndex> {
  const index: ChangeIndex = { lists: [], profiles: [], tools: [], folders: new Set() };
  await inSlices(
    changes,
    (change) => {
      const { path } = change;
      if (noise(path)) return;
      if (listName(path) !== undefined) index.lists.push(change);
      if (isProfile(path)) index.profiles.push(path);
      if (recognitions.some(({ isIndexed }) => isIndexed(path))) index.tools.push(change);
      if (owned) for (const folder of foldersOf(path)) index.folders.add(folder);
    },
    signal,
  );
  return index;
}

/** Name of a list → how its package changed: by the status files, or by which lists came and went. */
function listDebian(
  before: Evidence | undefined,
  after: Evidence | undefined,
  lists: readonly PathChange[],
): ReadonlyMap<string, DebianChange> {
  if (before?.files.has(statusFile) === true && after?.files.has(statusFile) === true) {
    const compared = compareDebian(before, after).map(
      (change) => [(change.after ?? change.before)?.list ?? change.name, change] as const,
    );
    const known = new Map(compared);
    // Reinstalled at the same version: dpkg replaced the package's list.
    const installed = parseDpkgStatus(after.files.get(statusFile) ?? '');
    const renewed = new Set(lists.filter(({ kind }) => kind === 'modified').map(({ path }) => listName(path)));
    for (const { list, name, ...rest } of installed.values()) {
      if (known.has(list) || !renewed.has(list)) continue;
      const same = { name, list, ...rest };
      known.set(list, { name, change: 'changed', before: same, after: same, manual: true });
    }
    return known;
  }
  if (after !== undefined) return new Map();
  return new Map(
    lists.flatMap(({ path, kind }) => {
      const list = listName(path);
      const change = ({ added: 'added', deleted: 'removed', modified: 'changed' } as const)[kind];
      return list === undefined ? [] : [[list, { name: list.split(':')[0] ?? list, change, manual: true }] as const];
    }),
  );
}

const listName = (path: string): string | undefined =>
  path.endsWith('.list') ? /^\/var\/lib\/dpkg\/info\/([^/]+)\.list$/.exec(path)?.[1] : undefined;

/** Changed configuration files whose content is not that of their package. */
function findEdited(is: Evidence): ReadonlySet<string> {
  if (is.sums.size === 0) return new Set();
  const edited = new Set<string>();
  for (const { conffiles } of parseDpkgStatus(is.files.get(statusFile) ?? '').values()) {
    for (const [path, sum] of conffiles) {
      const now = is.sums.get(path);
      if (now !== undefined && now !== sum) edited.add(path);
    }
  }
  return edited;
}
