import type { Evidence } from '../../../model/evidence.ts';
import type { ItemChange } from '../../../model/drift.ts';
import { findRecommending } from '../../../providers/debian/find-recommending.ts';
import {
  findNativeArchitecture,
  parseAutoInstalled,
  parseDpkgStatus,
  statusFile,
  type DebianPackage,
} from '../../../providers/debian/parse-dpkg-status.ts';

export const extendedStates = '/var/lib/apt/extended_states';

/** A Debian package that differs between a version and a workspace. */
export interface DebianChange {
  readonly name: string;
  readonly change: ItemChange;
  readonly before?: DebianPackage;
  readonly after?: DebianPackage;
  /** Whether a person asked for it, as far as apt knows. */
  readonly manual: boolean;
  /** Whether apt added packages that it, or what it needs, only recommends. */
  readonly recommends?: boolean;
}

/** Packages that were added, removed, changed, or marked as held or manually installed. */
export function compareDebian(before: Evidence, after: Evidence): readonly DebianChange[] {
  const [was, is] = [readPackages(before), readPackages(after)];
  const changes: DebianChange[] = [];
  for (const [name, now] of is.packages) {
    const old = was.packages.get(name);
    const manual = !is.auto.has(name);
    if (old === undefined) changes.push({ name, change: 'added', after: now, manual });
    else if (old.version !== now.version || old.held !== now.held || (manual && was.auto.has(name)))
      changes.push({ name, change: 'changed', before: old, after: now, manual });
  }
  for (const [name, old] of was.packages) {
    if (!is.packages.has(name)) changes.push({ name, change: 'removed', before: old, manual: !was.auto.has(name) });
  }
  const added = changes.filter(({ change }) => change === 'added');
  const recommending = findRecommending(
    is.packages,
    [...is.packages.keys()].filter((name) => !is.auto.has(name)),
    added.filter(({ manual }) => manual).map(({ name }) => name),
    added.filter(({ manual }) => !manual).map(({ name }) => name),
  );
  return changes.map((change) => (recommending.has(change.name) ? { ...change, recommends: true } : change));
}

function readPackages(evidence: Evidence): {
  readonly packages: ReadonlyMap<string, DebianPackage>;
  readonly auto: ReadonlySet<string>;
} {
  const status = evidence.files.get(statusFile) ?? '';
  const states = evidence.files.get(extendedStates) ?? '';
  return { packages: parseDpkgStatus(status), auto: parseAutoInstalled(states, findNativeArchitecture(status)) };
}
