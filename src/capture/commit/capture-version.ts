import { DevenvError } from '../../errors/devenv-error.ts';
import { showPath } from '../../model/byte-path.ts';
import type { Version } from '../../model/version.ts';
import type { Captured, Dropped } from '../../ports/capture.ts';
import type { Context } from '../../ports/context.ts';
import type { Task } from '../../ports/progress.ts';
import { labels } from '../../observe/labels.ts';
import { leavingOut } from '../../observe/leaving-out.ts';
import { labelVersion, type VersionRecord } from '../../versions/record-version.ts';
import { keepStill, letGoOn, type Stillness } from '../still/keep-still.ts';
import { tellVolumes } from '../still/volume-work.ts';
import type { WriteBack } from '../write-back/write-back.ts';
import { removeReplaced } from './amend.ts';
import { mergedReference } from './commit-intent.ts';
import { beginSearch, guardSecrets, type SecretGuard, type SecretSearch } from './guard-secrets.ts';
import type { CommitWork } from './open-commit.ts';
import type { CommitPreview } from './commit-preview.ts';
import { describeCommit, recordCommit } from './record-commit.ts';
import { refusePersonal } from './refuse-personal.ts';

/** As Dropped, for people. */
export interface DroppedPaths extends Pick<Dropped, 'times'> {
  readonly sockets: readonly string[];
  readonly acls: readonly string[];
  readonly attributes: readonly string[];
}

export interface CommitResult {
  /** Absent when the workspace has nothing that its version lacks. */
  readonly version?: Version;
  /** Number of entries that changed; absent if the engine's storage does not tell. */
  readonly changes?: number;
  /** Milliseconds for which the workspace stood still. */
  readonly paused: number;
  /** Changed paths that the version does not have because they are excluded; topmost ones. */
  readonly leftOut: readonly string[];
  /** What changed and no image keeps, by kind. Absent if nothing was captured, or the engine cannot tell. */
  readonly dropped?: DroppedPaths;
  /** True if the excluded paths could not be left out. */
  readonly whole: boolean;
  /** What devenv.yaml declares of it, could declare, and cannot. Absent if nothing was captured. */
  readonly declaration?: Pick<WriteBack, 'declared' | 'suggested' | 'opaque'>;
}

/**
 * Captures what a workspace has beyond its version, and records it as the next
 * version. If that fails, the workspace is as it was.
 */
export async function captureVersion(work: CommitWork, preview: CommitPreview): Promise<CommitResult> {
  const { context, engine, container, record } = work;
  const stillness: Stillness = { paused: 0, began: undefined, over: undefined };
  const search = chooseSearch(work, preview);
  let task: Task | undefined;
  let step: 'capture' | 'record' | 'done' = 'capture';
  // Somebody may have been asked since it began.
  work.held.check();
  try {
    await refusePersonal(context, container, work.personal);
    const guarding = guard(work, preview, search);
    const allowed = guarding.then(async () => {
      task = context.progress.task('Capturing the workspace');
      await context.failpoints.reach('commit:intent');
    });
    // Awaited by the capture, unless something else fails first.
    allowed.catch(() => undefined);
    const captured = await captureChanges(work, preview, { search, stillness, guarding, allowed });
    await awaitDisk(preview, stillness);
    await context.failpoints.reach('commit:captured');
    refuseInterrupted(context);
    const { secrets, version: described } = await guarding;
    step = 'record';
    const version =
      captured &&
      (await recordCommit(work, preview, {
        ...{ record: described, labels: await labelCapture(work, stillness), captured },
        ...{ resumed: stillness.over, guard: secrets },
      }));
    await stillness.over;
    step = 'done';
    if (work.amended && version) await removeReplaced(engine.images, work.lock.name, work.amended, version);
    await tellVolumes(context, engine.runtime, container.id);
    await context.failpoints.reach('commit:recorded');
    task?.done();
    return describeResult(preview, captured, version, stillness);
  } catch (error) {
    task?.fail();
    if (step === 'capture') refuseInterrupted(context, error);
    throw error;
  } finally {
    await stillness.over?.catch(() => undefined);
    const { intent } = record;
    await Promise.all([engine.images.remove(intent.reference), engine.images.remove(mergedReference(intent))]);
    // An engine that still makes an image, or has named one: the next command removes it.
    const unfinished = step === 'record' || (step === 'capture' && context.signal.aborted);
    if (step !== 'done' && (unfinished || !(await letGoOn(engine.runtime, container)))) record.keep();
  }
}

/** A person may have chosen just now to leave more out: then the search begins again. */
function chooseSearch({ context, project, personal }: CommitWork, { declaration, start }: CommitPreview): SecretSearch {
  const { exclude } = declaration;
  if (exclude.length === 0) return start.search;
  return beginSearch(context, { ...start.search.options, leaveOut: leavingOut(project, personal, exclude) });
}

interface GuardedCommit {
  readonly secrets: SecretGuard;
  readonly version: VersionRecord;
}

/** Refuses secrets, and describes the new version, while the copy is prepared. */
async function guard(work: CommitWork, { declaration }: CommitPreview, search: SecretSearch): Promise<GuardedCommit> {
  const [secrets, version] = await Promise.all([
    guardSecrets(work, search),
    describeCommit(work, declaration),
    work.record.written,
  ]);
  const allowed = [...(work.amended?.allowed ?? []), ...secrets.allowed];
  return { secrets, version: { ...version, ...(allowed.length > 0 && { allowed }) } };
}

interface CaptureControl {
  readonly search: SecretSearch;
  readonly stillness: Stillness;
  readonly guarding: Promise<GuardedCommit>;
  readonly allowed: Promise<void>;
}

async function captureChanges(
  work: CommitWork,
  { start }: CommitPreview,
  { search, stillness, guarding, allowed }: CaptureControl,
): Promise<Captured | undefined> {
  const { context, engine, container, parent, standing, record } = work;
  const { leaveOut, listed } = search.options;
  const observer = { changes: await context.changes(), standing: { image: parent.image.id } };
  const capture = await context.capture();
  return capture.capture({
    ...{ container: container.id, parent: parent.image, allowed, leaveOut, reference: record.intent.reference },
    ...(standing.since !== undefined && { since: standing.since }),
    ...(start.expected && { expected: start.expected }),
    // Valid for the same rules alone.
    ...(search === start.search && listed && { listed }),
    ...(work.personal.size > 0 && { apart: true }),
    label: async () => labelVersion(work.lock.name, (await guarding).version, await labelCapture(work, stillness)),
    latest: Math.floor(Date.parse(parent.version.date) / 1000),
    still: (copy) =>
      keepStill(context, engine.runtime, container, stillness, observer, async (frozen) =>
        copy({ calm: await (await guarding).secrets.searchAgain(), frozen }),
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

/** The flush began before anything stood still. A version is recorded once the workspace's disk has all that it holds, too. */
async function awaitDisk({ start }: CommitPreview, stillness: Stillness): Promise<void> {
  await start.flushed().catch(async (error: unknown) => {
    // If the process that does both was killed, the other failure says more.
    await stillness.over;
    throw error;
  });
}

function describeResult(
  { declaration }: CommitPreview,
  captured: Captured | undefined,
  version: Version | undefined,
  { paused }: Stillness,
): CommitResult {
  if (captured === undefined) return { changes: 0, paused: Math.round(paused), leftOut: [], whole: false };
  return {
    ...(version !== undefined && { version }),
    ...(captured.changes !== undefined && { changes: captured.changes }),
    paused: Math.round(paused),
    leftOut: captured.leftOut.map(showPath),
    ...(captured.dropped !== undefined && { dropped: showDropped(captured.dropped) }),
    whole: captured.changes === undefined,
    declaration,
  };
}

const showDropped = ({ sockets, acls, attributes, times }: Dropped): DroppedPaths => ({
  ...{ sockets: sockets.map(showPath), acls: acls.map(showPath), attributes: attributes.map(showPath), times },
});

/** The last moment at which a commit leaves nothing behind. */
function refuseInterrupted({ signal }: Context, cause?: unknown): void {
  if (!signal.aborted) return;
  throw new DevenvError('INTERRUPTED', 'The commit was interrupted.', {
    state: 'Nothing was recorded; the workspace is as it was.',
    cause,
  });
}
