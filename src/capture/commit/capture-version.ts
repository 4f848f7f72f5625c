import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import type { Drift } from '../../model/drift.ts';
import type { Lock, Version } from '../../model/version.ts';
import type { Dropped } from '../../ports/capture.ts';
import type { Task } from '../../ports/progress.ts';
import type { Held } from '../../ports/project-lock.ts';
import { leavingOut } from '../../observe/leaving-out.ts';
import { removeReplaced } from './amend.ts';
import type { Begun } from './begin-capture.ts';
import { mergedReference } from './commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import type { Parent } from '../../observe/find-parent.ts';
import { beginSearch, guardSecrets, type SecretGuard } from './guard-secrets.ts';
import { keepStill, letGoOn, type Stillness } from '../still/keep-still.ts';
import { labels } from '../../observe/labels.ts';
import type { Project } from '../../observe/project.ts';
import { describeCommit, recordCommit, type NewCommit } from './record-commit.ts';
import { labelVersion, type VersionRecord } from '../../versions/record-version.ts';
import { refusePersonal } from './refuse-personal.ts';
import { tellVolumes } from '../still/volume-work.ts';
import type { WriteBack } from '../write-back/write-back.ts';

export interface CommitResult {
  /** Absent when the workspace has nothing that its version lacks. */
  readonly version?: Version;
  /** Number of entries that changed; absent where the engine's storage does not tell. */
  readonly changes?: number;
  /** Milliseconds for which the workspace stood still. */
  readonly paused: number;
  /** Changed paths that the version does not have because they are excluded; topmost ones. */
  readonly leftOut: readonly string[];
  /** What changed and no image keeps. Absent where nothing was captured, or the engine cannot tell. */
  readonly dropped?: Dropped;
  /** True where the excluded paths could not be left out. */
  readonly whole: boolean;
  /** What devenv.yaml declares of it, could declare, and cannot. Absent where nothing was captured. */
  readonly declaration?: Pick<WriteBack, 'declared' | 'suggested' | 'opaque'>;
}

/**
 * Captures what a workspace has beyond the version that it stands at, and
 * records it as the next one; the workspace is as it was where that fails.
 */
export async function captureVersion(
  context: Context,
  held: Held,
  project: Project,
  lock: Lock,
  container: Container,
  options: Capturing,
): Promise<CommitResult> {
  const engine = await context.engine();
  const { name } = project.environment;
  const { message, allow, personal, declaration, drift, intent } = options;
  const { version: onto, image: parent, since } = options.parent;
  const { exclude } = declaration;
  // A person may have chosen just now what to leave out.
  const search =
    exclude.length > 0
      ? beginSearch(context, { ...options.search.options, leaveOut: leavingOut(project, personal, exclude) })
      : options.search;
  const { leaveOut } = search.options;
  const stillness: Stillness = { paused: 0, began: undefined, over: undefined };
  const beside = { changes: await context.changes(), standing: { image: parent.id } };
  let task: Task | undefined;
  let recording = false;
  let recorded = false;
  // Somebody may have been asked since it began.
  held.check();
  try {
    await refusePersonal(context, container, personal);
    const guard = async (): Promise<{ readonly secrets: SecretGuard; readonly record: VersionRecord }> => {
      const [secrets, record] = await Promise.all([
        guardSecrets(context, { project, search, message, allow }),
        describeCommit(context, project, lock, onto, options),
        options.written,
      ]);
      const allowed = [...(options.amended?.allowed ?? []), ...secrets.allowed];
      return { secrets, record: { ...record, ...(allowed.length > 0 && { allowed }) } };
    };
    const guarding = guard();
    const allowed = guarding.then(async () => {
      task = context.progress.task('Capturing the workspace');
      await context.failpoints.reach('commit:intent');
    });
    // Told where it is waited for, which may be never where something else fails first.
    allowed.catch(() => undefined);
    const own = async (): Promise<Readonly<Record<string, string>>> => ({
      [labels.origin]: container.id,
      [labels.captured]: (await stillness.began) ?? '',
      [labels.transaction]: intent.transaction,
    });
    const captured = await context.capture.capture({
      container: container.id,
      parent,
      ...(since !== undefined && { since }),
      ...(options.expected && { expected: options.expected }),
      // A person may have chosen to leave more out than was when it was listed.
      ...(search === options.search && search.options.listed && { listed: search.options.listed }),
      allowed,
      reference: intent.reference,
      label: async () => labelVersion(name, (await guarding).record, await own()),
      latest: Math.floor(Date.parse(onto.date) / 1000),
      leaveOut,
      ...(personal.size > 0 && { apart: true }),
      still: (work) =>
        keepStill(context, engine, container, stillness, beside, async (frozen) =>
          work({ calm: await (await guarding).secrets.searchAgain(), frozen }),
        ),
    });
    // Begun before anything stood still. A version is recorded once all that it holds is on disk in the workspace, too.
    await options.flushed().catch(async (error: unknown) => {
      // Where one is killed who does both, the other failure says more.
      await stillness.over;
      throw error;
    });
    await context.failpoints.reach('commit:captured');
    refuseInterrupted(context);
    const { secrets, record } = await guarding;
    recording = true;
    const version =
      captured &&
      (await recordCommit(context, held, project, lock, container, {
        ...options,
        record,
        labels: await own(),
        deletes: drift.deletes,
        merged: mergedReference(intent),
        captured,
        resumed: stillness.over,
        guard: secrets,
      }));
    await stillness.over;
    recorded = true;
    if (options.amended && version) await removeReplaced(engine, name, options.amended, version);
    await tellVolumes(context, engine, container.id);
    await context.failpoints.reach('commit:recorded');
    task?.done();
    return {
      ...(version !== undefined && { version }),
      ...(captured === undefined ? { changes: 0 } : captured.changes !== undefined && { changes: captured.changes }),
      paused: Math.round(stillness.paused),
      leftOut: captured?.leftOut ?? [],
      ...(captured?.dropped !== undefined && { dropped: captured.dropped }),
      whole: captured?.changes === undefined && captured !== undefined,
      ...(captured !== undefined && { declaration: options.declaration }),
    };
  } catch (error) {
    task?.fail();
    if (!recording) refuseInterrupted(context, error);
    throw error;
  } finally {
    await stillness.over?.catch(() => undefined);
    await Promise.all([engine.images.remove(intent.reference), engine.images.remove(mergedReference(intent))]);
    // Else the engine may still make an image, or have one that is named already: the next command removes it.
    const over = recorded || !(recording || context.signal.aborted);
    if (recorded || (over && (await letGoOn(engine, container)))) await options.drop();
  }
}

/** The last moment at which a commit leaves nothing behind. */
function refuseInterrupted({ signal }: Context, cause?: unknown): void {
  if (!signal.aborted) return;
  throw new DevenvError('INTERRUPTED', 'The commit was interrupted.', {
    state: 'Nothing was recorded; the workspace is as it was.',
    cause,
  });
}

export interface Capturing extends Pick<NewCommit, 'amended' | 'declaration'>, Begun {
  readonly message: string;
  /** Who makes the version. */
  readonly author: Promise<string>;
  /** `PATH=REASON` for what may stay though it looks like a secret. */
  readonly allow: readonly string[];
  readonly drift: Drift;
  readonly parent: Parent;
  readonly personal: ReadonlySet<string>;
}
