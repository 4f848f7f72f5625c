import type { BytePath } from '../../model/byte-path.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Version } from '../../model/version.ts';
import type { PackageChange } from '../../versions/compare-inventories.ts';
import { isEmptyDelta, reconcileItems, noDelta } from '../../model/item.ts';
import { planRebase, type Conflict } from './plan-rebase.ts';
import { currentVersion } from '../../lock/version-items.ts';
import type { Context } from '../../ports/context.ts';
import { decideConflicts, type Take, showDecided, type DecidedConflict } from './decide-conflicts.ts';
import { proposeDeclaration } from '../../versions/edit-declarations.ts';
import { findMissing, recordsClash } from './find-missing.ts';
import { guardBuild } from '../../image/guard-build.ts';
import { layFiles } from './lay-files.ts';
import { makeImage } from '../../image/make-image.ts';
import { confirmPlan, planProject } from '../../image/plan-project.ts';
import { readProject, type Project } from '../../observe/project.ts';
import { describeVersion, recordVersion } from '../../versions/record-version.ts';
import { compareSides, type Sides } from './replay-files.ts';
import { requireLock, requireVersion } from '../../versions/require-version.ts';
import { findVersionImage, provideVersion } from '../../observe/version-image.ts';
import { holdProject } from '../../observe/hold-project.ts';

interface RebaseOptions {
  readonly take: Take;
}

export interface RebaseResult {
  /** Numbers of the replayed versions. */
  readonly replayed: readonly number[];
  /** The new version; absent if the replayed ones add nothing. */
  readonly version?: Version;
  /** Items that both sides changed, and how devenv.yaml decided. */
  readonly conflicts: readonly Conflict[];
  readonly opaque: {
    /** Numbers of versions that contain more than they declare. */
    readonly versions: readonly number[];
    /** Number of their paths in the new version. Absent if they could not be replayed: the engine lacks their images, or its storage does not show layers. */
    readonly laid?: number;
    /** Paths that both sides changed, and whose content is kept. */
    readonly conflicts: readonly DecidedConflict[];
    /** Their packages that the new version lacks. */
    readonly packages: readonly PackageChange[];
  };
}

/**
 * Replays the versions above the current one as one new version on top of it:
 * builds what they declare, and lays on it what was changed by hand, except
 * paths that the other side changed too.
 */
export async function rebase(context: Context, options: RebaseOptions): Promise<RebaseResult> {
  return holdProject(
    context,
    'rebase',
    async (opened, held) => {
      let project = opened;
      const { folder } = project;
      const { ours, wanted, conflicts, opaque } = planRebase(requireLock(project), project.desired);
      const versions = opaque.map(({ number }) => number);
      if (ours.length === 0) return { replayed: [], conflicts, opaque: { versions, conflicts: [], packages: [] } };

      const lacking = reconcileItems(project.desired, wanted);
      if (!isEmptyDelta(lacking)) {
        const why = 'devenv.yaml does not declare everything that both sides declare:';
        const { write, byHand } = await proposeDeclaration(context, project, lacking, why);
        await write?.(held);
        project = await readProject(context, 'all');
        if (write === undefined || byHand.length > 0) throw notDeclared(byHand);
      }
      // Removes what a killed rebase left.
      await (await context.capture()).clean(folder);
      const lock = requireLock(project);
      const current = currentVersion(lock);
      // Conflicts are decided before anything is built.
      const sides = opaque.length === 0 ? undefined : await findSides(context, project, ours);
      const theirs = await provideVersion(context, project.environment, current);
      const before = sides && (await compareSides(context, project, { ...sides, theirs }));
      const taken = await decideConflicts(context, before?.conflicts ?? [], options.take, deciding);

      const messages = ours.map((own) => own.message);
      const message = messages.join('; ').slice(0, 200);
      const plan = planProject(project, { clean: false });
      if (plan.kind === 'build') await confirmPlan(context, project, plan, { discard: false });
      const guard = guardBuild(context, project, { message, allow: [] });
      const made = plan.kind === 'build' ? await makeImage(context, project, plan, { guard }) : undefined;
      const onto = { ...sides, theirs: made?.reference ?? theirs };
      const after = isWhole(onto) && made !== undefined ? await compareSides(context, project, onto) : before;
      const clash = isWhole(onto) && after !== undefined && recordsClash(after);
      const left = clash ? (await findMissing(context, project, onto)).files : new Set<BytePath>();
      const place = { theirs: onto.theirs, reference: laidReference(project), beside: folder };
      const laid = after && (await layFiles(context, { ...place, replay: after, taken, left }));
      await context.failpoints.reach('rebase:laid');
      const image = laid?.image ?? made?.image;
      const version =
        image &&
        (await recordVersion(context, held, project, {
          image,
          record: await describeVersion(context, project, {
            kind: laid?.image === undefined ? 'build' : 'commit',
            ...(plan.kind !== 'build' && { from: current.number }),
            ...(plan.kind === 'build' && plan.start.kind === 'version' && { from: plan.start.number }),
            items: plan.kind === 'build' ? plan.items : noDelta,
            message,
            allowed: ours.flatMap((own) => own.allowed ?? []),
          }),
          shape: project.shape,
          resolved: made?.resolved ?? lock.resolved,
        }));
      const final = image === undefined ? theirs : image.id;
      const missing = isWhole(onto) ? await findMissing(context, project, { ...onto, theirs: final }) : undefined;
      await (await context.engine()).images.remove(laidReference(project));
      return {
        replayed: ours.map(({ number }) => number),
        ...(version !== undefined && { version }),
        conflicts,
        opaque: {
          versions,
          ...(laid !== undefined && { laid: laid.paths }),
          conflicts: showDecided(before?.conflicts ?? [], taken),
          packages: missing?.packages ?? [],
        },
      };
    },
    'all',
  );
}

const deciding = { ours: 'your versions', command: 'devenv rebase', state: 'Nothing was built.' };

function notDeclared(byHand: readonly string[]): DevenvError {
  return new DevenvError(
    'REBASE_CONFLICT',
    `devenv.yaml has to be edited first: ${byHand.join('; ') || 'it does not declare everything that both sides declare'}.`,
    { state: 'Nothing was built.', data: { byHand } },
  );
}

/** Absent if the images of a side are neither on this engine nor in the registry. */
async function findSides(
  context: Context,
  project: Project,
  ours: readonly Version[],
): Promise<Pick<Sides, 'before' | 'ours'> | undefined> {
  const [first, last] = [ours[0], ours.at(-1)];
  if (first?.parent === undefined || last === undefined) return undefined;
  const before = requireVersion(requireLock(project), first.parent);
  const engine = await context.engine();
  for (const version of [before, last]) {
    const found = await findVersionImage(engine.images, project.environment.name, version);
    if (found === undefined && version.digest === undefined) return undefined;
  }
  return {
    before: await provideVersion(context, project.environment, before),
    ours: await provideVersion(context, project.environment, last),
  };
}

const isWhole = (sides: Partial<Sides>): sides is Sides => sides.before !== undefined;

const laidReference = ({ environment }: Project): string => `devenv/${environment.name}:rebase`;
