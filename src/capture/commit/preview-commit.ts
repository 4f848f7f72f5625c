import { DevenvError } from '../../errors/devenv-error.ts';
import type { RawChange } from '../../model/container.ts';
import type { Drift } from '../../model/drift.ts';
import type { Expected } from '../../ports/capture.ts';
import type { Progress } from '../../ports/progress.ts';
import { inTask } from '../../observe/in-task.ts';
import { noteEngineFiles } from '../drift/note-engine-files.ts';
import { observeDrift, type ListedChanges } from '../drift/observe-drift.ts';
import type { WriteBack, WriteBackOptions } from '../write-back/write-back.ts';
import type { SecretSearch } from './guard-secrets.ts';
import { standingOf, type CommitWork } from './open-commit.ts';
import { findUnfinished, refuseUnfinished, type UnfinishedInstalls } from './refuse-unfinished.ts';
import { listSome } from '../../model/format-count.ts';

/** What a commit will capture, and the preparations that run meanwhile. */
export interface CommitPreview {
  readonly drift: Drift;
  /** What devenv.yaml will declare of it. */
  readonly declaration: WriteBack;
  readonly start: CaptureStart;
}

/** Preparations on the engine's machine. A failure is reported by the step that awaits the result. */
interface CaptureStart {
  readonly search: SecretSearch;
  /** Waits until everything that the workspace wrote before the start is on disk. */
  readonly flushed: () => Promise<void>;
  /** Absent if the changes could not be listed. */
  readonly expected: Expected | undefined;
}

/**
 * Shows what a commit will capture, by cause, and asks what devenv.yaml is to
 * declare of it. Writes nothing. Absent if there is nothing to capture. The
 * search for secrets and the preparation of the copy begin as soon as the
 * changes are listed.
 */
export async function previewCommit(work: CommitWork, options: WriteBackOptions): Promise<CommitPreview | undefined> {
  const { context, engine, project, container, standing, personal } = work;
  let start: CaptureStart | undefined;
  let unfinished: Promise<UnfinishedInstalls> | undefined;
  const noted = noteEngineFiles(context, engine.runtime, project, container.id);
  // A failure is reported below.
  noted.catch(() => undefined);
  const changes = await context.changes();
  const observed = await inTask(context.progress, 'Looking for changes', () =>
    observeDrift(engine, changes, project, container, {
      known: { standing, personal },
      signal: context.signal,
      onListed: async (changed) => {
        work.held.check();
        // Asked for before the search, which occupies the helper.
        if (!work.allowUnfinished) unfinished = findUnfinished(work, changed.found);
        // A failure is reported below.
        unfinished?.catch(() => undefined);
        start = await startCapture(work, changed);
      },
    }),
  );
  const { drift } = observed;
  await noted;
  if (drift.paths === 0) return undefined;
  if (start === undefined) throw new DevenvError('INTERNAL', 'Changes were explained before they were listed.');
  describeDrift(context.progress, drift);
  if (unfinished !== undefined) refuseUnfinished(await unfinished);
  const { proposeWriteBack } = await import('../write-back/write-back.ts');
  return { drift, start, declaration: await proposeWriteBack(work, observed, options) };
}

/** Starts the flush, the search and the copy on the engine's machine, before this process is busy or waits for an answer. */
async function startCapture(work: CommitWork, { found: listed, leaveOut }: ListedChanges): Promise<CaptureStart> {
  const { context, engine, container, parent, personal, standing, record } = work;
  const { beginSearch } = await import('./guard-secrets.ts');
  const flushing = (await context.changes()).flush(container.id, standingOf(work));
  // Asked for before the search, which occupies the helper to its end. `flushed` reports a failure.
  await Promise.allSettled([flushing]);
  const began = listed?.began ?? (await engine.runtime.now());
  const search = beginSearch(context, {
    ...{ container, parent: parent.image, since: standing.since, began, listed, leaveOut },
  });
  const expected = listed && estimateCapture(listed, leaveOut);
  const prepared =
    expected &&
    (await context.capture()).prepare({
      ...{ container: container.id, parent: parent.image, expected },
      ...(standing.since !== undefined && { since: standing.since }),
      ...{ apart: personal.size > 0, written: record.written },
    });
  await Promise.allSettled([prepared, search.asked]);
  let flushed: Promise<void> | undefined;
  return { search, expected, flushed: () => (flushed ??= flushing.then((end) => end())) };
}

function estimateCapture(changes: Iterable<RawChange>, leaveOut: ListedChanges['leaveOut']): Expected {
  let [paths, bytes, leavesOut] = [0, 0, false];
  for (const { path, size = 0 } of changes) {
    if (leaveOut(path)) leavesOut = true;
    else [paths, bytes] = [paths + 1, bytes + size];
  }
  return { paths, bytes, leavesOut };
}

function describeDrift(progress: Progress, { version, groups }: Drift): void {
  progress.note(`Changes since version ${String(version)}, largest first:`);
  for (const { title, items, count, cause } of groups) {
    if (cause === 'records' || cause === 'noise') continue;
    const names = items.slice(0, 5).map(({ name }) => name);
    progress.note(`  ${title}: ${listSome(names, 5, count)}`);
  }
}
