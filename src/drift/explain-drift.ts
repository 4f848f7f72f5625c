import type { PathChange } from '../model/container.ts';
import type { Drift } from '../model/drift.ts';
import type { Evidence } from '../model/evidence.ts';
import { compareAccounts } from './compare-accounts.ts';
import { compareDebian, statusFile, type DebianChange } from './compare-debian.ts';
import { compareVariables, isProfile, type VariableChange } from './compare-variables.ts';
import { gatherGroups } from './gather-groups.ts';
import { indexTools } from './index-tools.ts';
import { ownPaths } from './own-paths.ts';
import { parseDpkgStatus } from './parse-dpkg-status.ts';
import type { Findings } from './sort-change.ts';

export interface DriftInput {
  readonly version: number;
  /** Everything that differs, noise included; folders that are listed for their content alone left out. */
  readonly changes: readonly PathChange[];
  /** True for paths that no version keeps. */
  readonly noise: (path: string) => boolean;
  /** Of the version; absent where nothing had to be read there. */
  readonly before?: Evidence;
  /** Of the workspace; absent where it does not run. */
  readonly after?: Evidence;
}

export const noEvidence: Evidence = { files: new Map(), entries: new Map(), sums: new Map(), lists: new Map() };

/** Sorts every change by its cause. Pure: what was read decides all. */
export function explainDrift({ version, changes, noise, before, after }: DriftInput): Drift {
  const [was, is] = [before ?? noEvidence, after ?? noEvidence];
  const kept = changes.filter(({ path }) => !noise(path));
  const debian = listDebian(before, after, kept);
  const findings: Findings = {
    noise,
    debian,
    owners: mergeOwners(kept, was, is),
    edited: findEdited(is),
    tool: indexTools(kept, was, is),
    accounts: before === undefined || after === undefined ? [] : compareAccounts(before, after),
    variables: listVariables(kept, was, is),
  };
  const groups = gatherGroups(changes, findings, is, after !== undefined);
  const own = groups.filter(({ cause }) => cause !== 'noise');
  return {
    version,
    seen: after === undefined ? 'list' : 'content',
    paths: kept.length,
    ...(after !== undefined && { bytes: own.reduce((sum, { bytes = 0 }) => sum + bytes, 0) }),
    groups,
  };
}

/** Name of a list → how its package changed: by the status files, or by which lists came and went. */
function listDebian(
  before: Evidence | undefined,
  after: Evidence | undefined,
  changes: readonly PathChange[],
): ReadonlyMap<string, DebianChange> {
  if (before?.files.has(statusFile) === true && after?.files.has(statusFile) === true) {
    const compared = compareDebian(before, after).map(
      (change) => [(change.after ?? change.before)?.list ?? change.name, change] as const,
    );
    const known = new Map(compared);
    // Installed again, at the same version: dpkg wrote the package's list anew.
    const installed = parseDpkgStatus(after.files.get(statusFile) ?? '');
    for (const { list, name, ...rest } of installed.values()) {
      if (known.has(list) || !changes.some(({ path, kind }) => kind === 'modified' && path === listPath(list)))
        continue;
      const same = { name, list, ...rest };
      known.set(list, { name, change: 'changed', before: same, after: same, manual: true });
    }
    return known;
  }
  if (after !== undefined) return new Map();
  return new Map(
    changes.flatMap(({ path, kind }) => {
      const list = /^\/var\/lib\/dpkg\/info\/([^/]+)\.list$/.exec(path)?.[1];
      const change = ({ added: 'added', deleted: 'removed', modified: 'changed' } as const)[kind];
      return list === undefined ? [] : [[list, { name: list.split(':')[0] ?? list, change, manual: true }] as const];
    }),
  );
}

const listPath = (list: string): string => `/var/lib/dpkg/info/${list}.list`;

/** By the lists of the workspace, and for what is gone by those of the version. */
function mergeOwners(
  changes: readonly PathChange[],
  was: Evidence,
  is: Evidence,
): ReadonlyMap<string, readonly string[]> {
  const paths = changes.map(({ path }) => path);
  const owners = new Map(is.lists.size === 0 ? [] : ownPaths(paths, is));
  if (was.lists.size === 0) return owners;
  for (const [path, lists] of ownPaths(paths, was)) if (!owners.has(path)) owners.set(path, lists);
  return owners;
}

/** Changed configuration files whose content is not what their package brought. */
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

function listVariables(
  changes: readonly PathChange[],
  was: Evidence,
  is: Evidence,
): ReadonlyMap<string, readonly VariableChange[]> {
  return new Map(
    changes
      .filter(({ path }) => isProfile(path))
      .map(({ path }) => [path, compareVariables(was.files.get(path) ?? '', is.files.get(path) ?? '')]),
  );
}
