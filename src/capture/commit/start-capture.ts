import type { RawChange } from '../../model/container.ts';
import type { Expected } from '../../ports/capture.ts';
import type { ListedChanges } from '../drift/observe-drift.ts';
import { beginSearch, type SecretSearch } from './guard-secrets.ts';
import { placeOf, type CommitWork } from './open-commit.ts';

/** What the engine's machine does for a capture meanwhile. A failure is reported by the step that awaits it. */
export interface CaptureStart {
  readonly search: SecretSearch;
  /** Waits until the workspace has put on disk what it had written when that was asked for. */
  readonly flushed: () => Promise<void>;
  /** Absent if the changes could not be listed. */
  readonly expected: Expected | undefined;
}

/**
 * Gives the engine's machine its work before this process is busy with
 * explaining, or somebody is asked: it flushes the workspace's disk, searches
 * for secrets, and, once the intent is on disk, prepares the copy, which
 * `Capture.release` gives back.
 */
export async function startCapture(work: CommitWork, changed: ListedChanges): Promise<CaptureStart> {
  const { context, engine, container, parent, personal, standing, record } = work;
  const { found: listed, leaveOut } = changed;
  const since = standing.since !== undefined && { since: standing.since };
  const changes = await context.changes();
  const flushing = changes.flush(container.id, placeOf(standing, parent));
  // Asked for before the search, which the helper does to its end. A failure is reported by `flushed`.
  await Promise.allSettled([flushing]);
  const began = listed?.began ?? (await engine.runtime.now());
  const search = beginSearch(context, {
    ...{ container, parent: parent.image, since: standing.since, began, listed, leaveOut },
  });
  const expected = listed && estimateCapture(listed, leaveOut);
  const prepared =
    expected &&
    (await context.capture()).prepare({
      ...{ container: container.id, parent: parent.image, expected, ...since },
      ...{ apart: personal.size > 0, written: record.written },
    });
  await Promise.allSettled([prepared, search.asked]);
  return { search, expected, flushed: async () => (await flushing)() };
}

function estimateCapture(changes: Iterable<RawChange>, leaveOut: ListedChanges['leaveOut']): Expected {
  let [paths, bytes, leavesOut] = [0, 0, false];
  for (const { path, size = 0 } of changes) {
    if (leaveOut(path)) leavesOut = true;
    else [paths, bytes] = [paths + 1, bytes + size];
  }
  return { paths, bytes, leavesOut };
}
