import type { CaptureResult } from '../../ports/capture.ts';
import type { Version } from '../../model/version.ts';
import type { ProgressTask } from '../../ports/progress.ts';
import { hashUpdate } from '../../containers/hash-update.ts';
import { readRecord, writeRecord } from '../../containers/workspace-record.ts';
import { labels } from '../../observe/labels.ts';
import { readProject } from '../../observe/project.ts';
import { leavingOut } from '../../observe/leaving-out.ts';
import { describeOrigin } from '../../versions/describe-origin.ts';
import { labelVersion, type VersionRecord } from '../../versions/record-version.ts';
import { keepStill, resumeAfterFailure, type Stillness } from '../still/hold-still.ts';
import { noteVolumes } from '../still/volume-work.ts';
import { removeReplaced } from './amend.ts';
import { listReferences } from './commit-intent.ts';
import { removeSpareImages } from './remove-spare-images.ts';
import { describeResult, nothingCommitted, type CommitResult } from './commit-result.ts';
import { beginSearch, guardSecrets, type SecretGuard, type SecretSearch } from './guard-secrets.ts';
import type { CommitWork } from './open-commit.ts';
import type { CommitPreview } from './preview-commit.ts';
import { describeCommit, recordCommit } from './record-commit.ts';
import { refuseInterrupted } from './refuse-interrupted.ts';
import { refusePersonal } from './refuse-personal.ts';
import { warnRecorded } from './warn-recorded.ts';

/**
 * Captures the uncommitted changes of a workspace and records them as the next
 * version. After a failure the workspace is as it was.
 */
export async function captureVersion(work: CommitWork, preview: CommitPreview): Promise<CommitResult> {
  const { context, engine, container, record } = work;
  const stillness: Stillness = { paused: 0, began: undefined, over: undefined };
  const search = chooseSearch(work, preview);
  let task: ProgressTask | undefined;
  let step: 'capture' | 'record' | 'done' = 'capture';
  // Another command may have taken the project over while a question was open.
  work.held.check();
  try {
    await refusePersonal(context, container, work.personal);
    const guarded = guard(work, preview, search).then(async (passed) => {
      task = context.progress.task('Capturing the workspace');
      await context.failpoints.reach('commit:intent');
      return passed;
    });
    // The capture awaits it, unless something else fails first.
    guarded.catch(() => undefined);
    const captured = await captureChanges(work, preview, search, stillness, guarded);
    await awaitDisk(preview, stillness);
    await context.failpoints.reach('commit:captured');
    refuseInterrupted(context);
    const { secrets, version: described, origin } = await guarded;
    step = 'record';
    const version =
      captured &&
      (await recordCommit(work, preview, {
        ...{ record: described, origin, labels: await labelCapture(work, stillness), captured },
        ...{ resumed: stillness.over, guard: secrets },
      }));
    await stillness.over;
    step = 'done';
    if (version) await finishRecorded(work, version);
    else await noteVolumes(context, engine.runtime, container.id);
    await context.failpoints.reach('commit:recorded');
    task?.done();
    if (captured === undefined || version === undefined)
      return { ...nothingCommitted, paused: Math.round(stillness.paused) };
    return describeResult(captured, version, stillness.paused, preview.declaration);
  } catch (error) {
    task?.fail();
    if (step === 'capture') refuseInterrupted(context, error);
    throw error;
  } finally {
    await stillness.over?.catch(() => undefined);
    const { intent } = record;
    const isCleaned = await removeSpareImages(context, engine.images, listReferences(intent)).then(
      () => true,
      () => false,
    );
    // The engine may still make an image, or have named one: then the next command removes it.
    const unfinished = step === 'record' || (step === 'capture' && context.signal.aborted);
    const isResumed = step === 'done' || unfinished || (await resumeAfterFailure(engine.runtime, container));
    if (unfinished || !isCleaned || !isResumed) record.keep();
  }
}

/** None of this can take the version back. */
async function finishRecorded(work: CommitWork, version: Version): Promise<void> {
  const { context, engine, container, lock, amended } = work;
  if (amended)
    await warnRecorded(context, version, 'The image of the replaced version stays', () =>
      removeReplaced(engine.images, lock.name, amended, version),
    );
  await warnRecorded(context, version, 'The next `devenv up` may run update hooks once more', () => keepUpdated(work));
  await warnRecorded(context, version, 'devenv did not look for volumes, which no version has', () =>
    noteVolumes(context, engine.runtime, container.id),
  );
}

/** The workspace has all of the new version: its update hook is not due because of it. */
async function keepUpdated({ context, project, container, workspace }: CommitWork): Promise<void> {
  const record = await readRecord(context, project.folder, workspace, container.id);
  if (record === undefined || record.hooks.updated !== (await hashUpdate(context, project))) return;
  const updated = await hashUpdate(context, await readProject(context));
  await writeRecord(context, project.folder, workspace, { ...record, hooks: { ...record.hooks, updated } });
}

/** A new search if the person has just excluded more. */
function chooseSearch({ context, project, personal }: CommitWork, { declaration, start }: CommitPreview): SecretSearch {
  const { exclude } = declaration;
  if (exclude.length === 0) return start.search;
  return beginSearch(context, { ...start.search.options, leaveOut: leavingOut(project, personal, exclude) });
}

interface GuardedCommit {
  readonly secrets: SecretGuard;
  readonly version: VersionRecord;
  /** Labels that say what it was made from. */
  readonly origin: Readonly<Record<string, string>>;
}

/** Refuses secrets, and describes the new version, while the copy is prepared. */
async function guard(work: CommitWork, { declaration }: CommitPreview, search: SecretSearch): Promise<GuardedCommit> {
  const [secrets, version, origin] = await Promise.all([
    guardSecrets(work, search),
    describeCommit(work, declaration),
    describeOrigin(work.context, work.project, declaration.resolved),
    work.record.written,
  ]);
  const allowed = [...(work.amended?.allowed ?? []), ...secrets.allowed];
  return { secrets, origin, version: { ...version, ...(allowed.length > 0 && { allowed }) } };
}

async function captureChanges(
  work: CommitWork,
  { start }: CommitPreview,
  search: SecretSearch,
  stillness: Stillness,
  guarded: Promise<GuardedCommit>,
): Promise<CaptureResult | undefined> {
  const { context, engine, container, parent, standing, record } = work;
  const { leaveOut, listed } = search.options;
  const observer = { changes: await context.changes(), standing: { image: parent.image.id } };
  const capture = await context.capture();
  return capture.capture({
    ...{ container: container.id, parent: parent.image, leaveOut, reference: record.intent.reference },
    ...{ allowed: guarded, flushed: start.flushed },
    ...(standing.since !== undefined && { since: standing.since }),
    ...(start.expected && { expected: start.expected }),
    // What was listed holds for the same exclusions only.
    ...(search === start.search && listed && { listed }),
    ...(work.personal.size > 0 && { apart: true }),
    label: async () => {
      const { version, origin } = await guarded;
      return labelVersion(work.lock.name, version, { ...origin, ...(await labelCapture(work, stillness)) });
    },
    latest: Math.floor(Date.parse(parent.version.date) / 1000),
    still: (copy) =>
      keepStill(context, engine.runtime, container, stillness, observer, async (frozen) =>
        copy({ calm: await (await guarded).secrets.searchAgain(), frozen }),
      ),
  });
}

async function labelCapture(
  { container, record }: CommitWork,
  { began }: Stillness,
): Promise<Readonly<Record<string, string>>> {
  return {
    [labels.origin]: container.id,
    [labels.captured]: (await began) ?? '',
    [labels.transaction]: record.intent.transaction,
  };
}

/** Waits for the flush that began before the pause: a version is recorded when the workspace's own disk has all of it, too. */
async function awaitDisk({ start }: CommitPreview, stillness: Stillness): Promise<void> {
  await start.flushed().catch(async (error: unknown) => {
    // If the process that flushes and pauses was killed, the failure of the pause says more.
    await stillness.over;
    throw error;
  });
}
