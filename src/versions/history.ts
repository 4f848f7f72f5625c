import type { Version } from '../model/version.ts';
import { describeVersion } from './describe-version.ts';
import type { Context } from '../ports/context.ts';
import { readProject } from '../observe/project.ts';

/** A version, and what people ask about it. */
export interface HistoryEntry extends Version {
  readonly isCurrent: boolean;
  /** True where the registry confirmed to have it. */
  readonly pushed: boolean;
  /** Against the version before it: `+ apt jq`. */
  readonly changes: readonly string[];
}

export interface History {
  /** Absent before the first build. */
  readonly current?: number;
  /** Ascending by number. */
  readonly versions: readonly HistoryEntry[];
}

/** The project's versions, as the lock records them. Asks neither engine nor registry. */
export async function history(context: Context): Promise<History> {
  const { lock } = await readProject(context);
  if (lock === undefined) return { versions: [] };
  return {
    current: lock.current,
    versions: lock.versions.map((version) => ({
      ...version,
      isCurrent: version.number === lock.current,
      pushed: version.digest !== undefined,
      changes: describeVersion(lock, version),
    })),
  };
}
