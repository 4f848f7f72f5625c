import { isWorthless } from '../../environment/default-excludes.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { ContainerDetails } from '../../model/container.ts';
import type { Image } from '../../model/image.ts';
import type { Version } from '../../model/version.ts';
import type { PackageChange } from '../../versions/compare-inventories.ts';
import type { CaptureResult } from '../../ports/capture.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { captureUnversioned } from '../still/capture-unversioned.ts';
import { mergedReference, type CommitIntent } from '../commit/commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import { decideConflicts, type Take, showDecided, type DecidedConflict } from './decide-conflicts.ts';
import { findMissing, needsRecord, recordsClash } from './find-missing.ts';
import { keepStill, type Stillness } from '../still/hold-still.ts';
import { labels } from '../../observe/labels.ts';
import { layFiles } from './lay-files.ts';
import type { Look } from '../still/leave-container.ts';
import type { Project } from '../../observe/project.ts';
import { providePersonal } from '../../containers/personal/provide-personal.ts';
import { compareSides } from './replay-files.ts';
import { resolveMachine } from '../../containers/resolve-machine.ts';
import { observeStanding, readStandingImage } from '../../observe/standing.ts';
import { provideVersion } from '../../observe/version-image.ts';

export interface CarryResult {
  /** Number of paths carried over. */
  readonly paths: number;
  /** Paths that the new version changed too, and whose content is kept. */
  readonly conflicts: readonly DecidedConflict[];
  /** Packages installed by hand that were not carried over. */
  readonly packages: readonly PackageChange[];
}

/**
 * Captures the uncommitted changes of a container, compares them path by path
 * with the changes of another version, and lays them on that. Absent if there
 * are none. Throws REBASE_CONFLICT, ENGINE_REFUSED.
 */
export async function replayDrift(
  context: Context,
  project: Project,
  version: Version,
  old: ContainerDetails,
  intent: CommitIntent,
  take: Take,
): Promise<{ readonly seen: Look; readonly image?: Image; readonly carried: CarryResult } | undefined> {
  const engine = await context.engine();
  const standing = await observeStanding(engine.images, project, old);
  const { since } = standing;
  const parent = await readStandingImage(engine.images, standing);
  const { captured, seen } = await captureDrift(context, engine.runtime, old, parent, since, intent.reference);
  await context.failpoints.reach('carry:captured');
  if (captured === undefined) return undefined;
  if (!captured.onParent || captured.image.diffIds.length !== parent.diffIds.length + 1) throw notLayered();

  const theirs = await provideTheirs(context, project, version, old, since);
  const sides = { before: parent.id, ours: intent.reference, theirs };
  const files = await compareSides(context, project, sides, isWorthless);
  const missing = recordsClash(files) ? await findMissing(context, project, sides) : undefined;
  const taken = await decideConflicts(context, files.conflicts, take, {
    ...{ ours: 'your workspace', command: 'devenv up --carry', state: untouched },
  });
  const packages = missing?.packages.filter(needsRecord) ?? [];
  await confirmMissing(context, packages, take);
  const place = { theirs, reference: mergedReference(intent), beside: old.id };
  const laid = await layFiles(context, { ...place, replay: files, taken, left: missing?.files ?? new Set() });
  await context.failpoints.reach('carry:laid');
  if (laid === undefined) throw notLayered();
  const conflicts = showDecided(files.conflicts, taken);
  return { seen, ...(laid.image && { image: laid.image }), carried: { paths: laid.paths, conflicts, packages } };
}

/** The image to lay changes on; with the person's own layer if the workspace has it, so that it counts as no change. */
async function provideTheirs(
  context: Context,
  project: Project,
  version: Version,
  { labels: found }: ContainerDetails,
  since: string | undefined,
): Promise<string> {
  const reference = await provideVersion(context, project.environment, version);
  if (found[labels.personal] === undefined || since !== undefined) return reference;
  const machine = await resolveMachine(context, project);
  return providePersonal(context, await context.engine(), project, machine, reference);
}

async function captureDrift(
  context: Context,
  runtime: Runtime,
  old: ContainerDetails,
  parent: Image,
  since: string | undefined,
  reference: string,
): Promise<{ readonly captured: CaptureResult | undefined; readonly seen: Look }> {
  const stillness: Stillness = { paused: 0, began: undefined, over: undefined };
  let seen: Look = { time: '', changes: [] };
  const [changes, standing] = [await context.changes(), { image: parent.id }];
  const flushed = await changes.flush(old.id, standing);
  await flushed();
  try {
    const captured = await captureUnversioned(context, {
      ...{ container: old.id, parent, since, reference },
      own: { [labels.role]: 'carried' },
      leaveOut: isWorthless,
      still: (work) =>
        keepStill(context, runtime, old, stillness, { changes, standing }, async (frozen) => {
          const [listed, time = ''] = await Promise.all([runtime.listChanges(old.id), stillness.began]);
          seen = { time, changes: listed };
          return work({ frozen });
        }),
    });
    return { captured, seen };
  } finally {
    await stillness.over;
  }
}

/** Asks whether to lose packages: both sides installed some, and the record of the new version is kept. */
async function confirmMissing({ prompt }: Context, packages: readonly PackageChange[], take: Take): Promise<void> {
  if (packages.length === 0 || take === 'theirs') return;
  const names = packages.map(({ name }) => name).join(', ');
  if (
    prompt.interactive &&
    (await prompt.confirm(`Continue without these packages (install them again later): ${names}?`, false))
  )
    return;
  throw new DevenvError(
    'REBASE_CONFLICT',
    `These packages cannot be carried over, because the newer version changed packages too: ${names}.`,
    {
      state: untouched,
      hint: `Add them to \`packages: {${[...new Set(packages.map(({ provider }) => `${provider}: […]`))].join(', ')}}\` in devenv.yaml, and run the same command to install them; or continue without them: \`--take theirs\`.`,
      data: { packages: packages.map(({ name }) => name) },
    },
  );
}

export const untouched = 'The workspace is as it was.';

/** The error for an engine whose storage does not show layers. */
export function notLayered(): DevenvError {
  return new DevenvError(
    'ENGINE_REFUSED',
    "This engine's storage does not show the changes of a container, so they cannot be carried over.",
    { state: untouched, hint: 'Commit them with `devenv commit`, or discard them with --discard.' },
  );
}
