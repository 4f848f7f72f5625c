import { DevenvError } from '../errors/devenv-error.ts';
import type { Version } from '../model/version.ts';
import type { PackageChange } from '../plan/compare-inventories.ts';
import { compareInventories } from '../plan/compare-inventories.ts';
import { isEmptyDelta, reconcileItems } from '../plan/items-delta.ts';
import { planRebase, type Conflict } from '../plan/plan-rebase.ts';
import { currentVersion } from '../plan/version-items.ts';
import { buildPlanned } from './build.ts';
import type { Context } from './context.ts';
import { declare } from './declare.ts';
import { confirmPlan, planProject } from './plan.ts';
import { readProject, type Project } from './project.ts';
import { requireLock, requireVersion } from './require-version.ts';
import { openVersion, takeInventory } from './version-inspection.ts';
import { findVersionImage } from './version-image.ts';

export interface RebaseResult {
  /** Numbers of the versions that were replayed; none where there was nothing to do. */
  readonly replayed: readonly number[];
  /** The new version; absent where they declare nothing that the current one lacks. */
  readonly version?: Version;
  /** What both sides changed, and how devenv.yaml decided. */
  readonly conflicts: readonly Conflict[];
  readonly opaque: {
    /** Numbers of versions that hold more than they declare: that is not replayed. */
    readonly versions: readonly number[];
    /** Packages of theirs that the new version lacks, as far as the images are on this engine. */
    readonly packages: readonly PackageChange[];
  };
}

/** Replays what the versions above the current one declare, as one new version on top of it. */
export async function rebase(context: Context): Promise<RebaseResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'rebase', async (held) => {
    let project = await readProject(context);
    const { ours, wanted, conflicts, opaque } = planRebase(requireLock(project), project.desired);
    const nothing = { versions: [], packages: [] };
    if (ours.length === 0) return { replayed: [], conflicts: [], opaque: nothing };

    const lacking = reconcileItems(project.desired, wanted);
    if (!isEmptyDelta(lacking)) {
      const why = 'devenv.yaml does not say what the versions of both sides declare:';
      const { edited, byHand } = await declare(context, held, project, lacking, why);
      project = await readProject(context);
      if (!edited || byHand.length > 0) throw notDeclared(byHand);
    }
    const plan = planProject(project, { clean: false });
    let version: Version | undefined;
    if (plan.kind === 'build') {
      await confirmPlan(context, project, plan, { discard: false });
      const message = ours
        .map((own) => own.message)
        .join('; ')
        .slice(0, 200);
      version = await buildPlanned(context, held, project, plan, { message });
      project = await readProject(context);
    }
    return {
      replayed: ours.map(({ number }) => number),
      ...(version !== undefined && { version }),
      conflicts,
      opaque: {
        versions: opaque.map(({ number }) => number),
        packages: opaque.length === 0 ? [] : await findMissing(context, project, ours),
      },
    };
  });
}

function notDeclared(byHand: readonly string[]): DevenvError {
  return new DevenvError(
    'REBASE_CONFLICT',
    `devenv.yaml has to be edited first: ${byHand.join('; ') || 'it does not say what both sides declare'}.`,
    { state: 'Nothing was built.', data: { byHand } },
  );
}

/** What was installed in our newest version and is not in the current one, beyond what was there before. */
async function findMissing(
  context: Context,
  project: Project,
  ours: readonly Version[],
): Promise<readonly PackageChange[]> {
  const lock = requireLock(project);
  const [first, last] = [ours[0], ours.at(-1)];
  if (first?.parent === undefined || last === undefined) return [];
  const engine = await context.engine();
  if ((await findVersionImage(engine, project.environment.name, last)) === undefined && last.digest === undefined)
    return [];
  const inventoryOf = (version: Version) => openVersion(context, project, version, ({ ask }) => takeInventory(ask));
  const before = await inventoryOf(requireVersion(lock, first.parent));
  const [mine, now] = [await inventoryOf(last), await inventoryOf(currentVersion(lock))];
  return compareInventories(before, mine).filter(({ provider, name, after }) => {
    return after !== undefined && now[provider]?.[name] === undefined;
  });
}
