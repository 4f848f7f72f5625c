import { inRounds } from '../containers/in-rounds.ts';
import { requireTrust } from '../containers/require-trust.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { identifyPlace } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import { restoreInto } from './making/restore-into.ts';
import { findOrigin } from './restore-source.ts';
import { findSnapshots, requireSnapshot } from './snapshots.ts';
import { holdProject } from '../observe/hold-project.ts';
import { RestoreRounds } from './restore-rounds.ts';

interface RestoreOptions {
  readonly workspace: string;
  /** Workspace that the snapshot is of. Default: the same; main for one that has no snapshots and nothing else yet. */
  readonly from?: string | undefined;
  readonly number: number;
  /** Keep the present state as a snapshot first. */
  readonly snapshot: boolean;
}

export interface RestoreResult {
  readonly restored: Snapshot;
  /** The state before, kept as a snapshot. Absent if there was nothing. */
  readonly before?: Snapshot;
  /** The new workspace that it was restored into. */
  readonly made?: string;
  /** False if the storage shows no layers: what the snapshot had beyond the version is there, but drift does not tell it apart. */
  readonly told: boolean;
  /** Services of devenv.yaml without a container, such as after a destroy. `up` starts them. */
  readonly absent: readonly string[];
}

/**
 * Puts a workspace back to a snapshot: file system, volumes and services' data,
 * all or nothing, and waits until what ran before is ready again. Volumes that
 * the snapshot does not have stay as they are. Throws SNAPSHOT_NOT_FOUND,
 * VERSION_NOT_FOUND, WORKSPACE_NOT_FOUND, NOT_TRUSTED and NOT_CONFIRMED before
 * anything changed; SERVICE_FAILED and HOOK_FAILED once the snapshot is restored.
 */
export async function restoreSnapshot(context: Context, options: RestoreOptions): Promise<RestoreResult> {
  return holdProject(context, 'snapshot restore', async (project, held) => {
    const engine = await context.engine();
    const place = await identifyPlace(context, project, options.workspace);
    const from = await findOrigin(engine, place, options.from);
    const kept = requireSnapshot(
      (await findSnapshots(engine.volumes, from)).kept,
      options.number,
      from.workspace === options.workspace ? undefined : from.workspace,
    );
    if (from.workspace !== place.workspace) {
      const told = await restoreInto(context, held, engine, project, place, kept);
      return { restored: kept.snapshot, told, made: place.workspace, absent: [] };
    }
    const agreed = await requireTrust(context, project);
    const rounds = new RestoreRounds(context, held, engine, place, kept, options.snapshot);
    try {
      await inRounds(context, held, engine, project, place, {
        ...{ facts: rounds.facts, agreed },
        plan: (now, observation) => rounds.plan(now, observation),
        learn: ({ operation }) => operation.kind === 'fill' && rounds.whole,
        acts: (site) => rounds.acts(project, site),
      });
    } catch (error) {
      await rounds.finishInterrupted();
      throw error;
    }
    const { before, whole, absent } = rounds;
    return { restored: kept.snapshot, ...(before !== undefined && { before }), told: !whole, absent };
  });
}
