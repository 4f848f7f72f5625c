import { showPath } from '../../model/byte-path.ts';
import type { Version } from '../../model/version.ts';
import type { CaptureResult, Dropped } from '../../ports/capture.ts';
import type { WriteBack } from '../write-back/write-back.ts';

/** As Dropped, for people. */
interface DroppedPaths extends Pick<Dropped, 'times'> {
  readonly sockets: readonly string[];
  readonly acls: readonly string[];
  readonly attributes: readonly string[];
}

export interface CommitResult {
  /** Absent if there was nothing to commit. */
  readonly version?: Version;
  /** Number of entries that changed; absent if the engine's storage does not tell. */
  readonly changes?: number;
  /** Milliseconds for which the workspace was paused. */
  readonly paused: number;
  /** Changed paths that are excluded from the version; topmost ones. */
  readonly leftOut: readonly string[];
  /** Changes that no image keeps, by kind. Absent if nothing was captured, or the engine cannot tell. */
  readonly dropped?: DroppedPaths;
  /** True if the engine's storage does not allow to leave excluded paths out. */
  readonly whole: boolean;
  /** What devenv.yaml declares of the changes, could declare, and cannot. Absent if nothing was captured. */
  readonly declaration?: Pick<WriteBack, 'declared' | 'suggested' | 'opaque'>;
}

/** The result of a commit that captured nothing. */
export const nothingCommitted: CommitResult = { changes: 0, paused: 0, leftOut: [], whole: false };

export function describeResult(
  captured: CaptureResult,
  version: Version,
  paused: number,
  declaration: WriteBack,
): CommitResult {
  const { changes, leftOut, dropped } = captured;
  return {
    version,
    ...(changes !== undefined && { changes }),
    paused: Math.round(paused),
    leftOut: leftOut.map(showPath),
    ...(dropped !== undefined && {
      dropped: {
        sockets: dropped.sockets.map(showPath),
        acls: dropped.acls.map(showPath),
        attributes: dropped.attributes.map(showPath),
        times: dropped.times,
      },
    }),
    whole: changes === undefined,
    declaration,
  };
}
