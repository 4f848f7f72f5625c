import type { Version } from '../model/version.ts';
import { describeVersion } from './describe-version.ts';
import type { Context } from '../ports/context.ts';
import { readProject } from '../observe/project.ts';

/** A version with its state and changes. */
export interface HistoryEntry extends Version {
  readonly isCurrent: boolean;
  /** True if the registry has confirmed it. */
  readonly pushed: boolean;
  /** Changes against its parent: `+ apt jq`. */
  readonly changes: readonly string[];
}

interface History {
  /** Absent before the first build. */
  readonly current?: number;
  /** Ascending by number. */
  readonly versions: readonly HistoryEntry[];
}

/** Lists the versions of the lock. Needs neither engine nor registry. */
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
