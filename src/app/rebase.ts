import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Version } from '../model/version.ts';
import { compareInventories, type PackageChange } from '../plan/compare-inventories.ts';
import { isEmptyDelta, reconcileItems } from '../plan/items-delta.ts';
import { planRebase, type Conflict } from '../plan/plan-rebase.ts';
import type { PathConflict } from '../plan/plan-replay.ts';
import { currentVersion } from '../plan/version-items.ts';
import type { Context } from './context.ts';
import { declare } from './declare.ts';
import { makeImage } from './make-image.ts';
import { confirmPlan, planProject } from './plan.ts';
import { readProject, type Project } from './project.ts';
import { recordVersion } from './record-version.ts';
import { compareSides, settleReplay, type FileReplay, type Sides } from './replay-files.ts';
import { requireLock, requireVersion } from './require-version.ts';
import { openImage, openVersion, takeInventory } from './version-inspection.ts';
import { findVersionImage, provideVersion } from './version-image.ts';

export interface RebaseOptions {
  /** Whose files count where both sides changed them; absent: a person is asked. */
  readonly take: 'mine' | 'theirs' | undefined;
}

export interface RebaseResult {
  /** Numbers of the versions that were replayed; none where there was nothing to do. */
  readonly replayed: readonly number[];
  /** The new version; absent where they hold nothing that the current one lacks. */
  readonly version?: Version;
  /** What both sides declare differently, and how devenv.yaml decided. */
  readonly conflicts: readonly Conflict[];
  readonly opaque: {
    /** Numbers of versions that hold more than they declare. */
    readonly versions: readonly number[];
    /** Paths of theirs that the new version has. Absent where they could not be replayed: the engine lacks their images, or its storage does not show layers. */
    readonly laid?: number;
    /** Paths that both sides changed, and whose version counts. */
    readonly conflicts: readonly (PathConflict & { readonly taken: 'mine' | 'theirs' })[];
    /** Packages of theirs that the new version lacks. */
    readonly packages: readonly PackageChange[];
  };
}

/**
 * Replays the versions above the current one as one new version on top of it:
 * what they declare is built, and what was changed by hand is laid on that,
 * path by path, where the other side did not change the same.
 */
export async function rebase(context: Context, options: RebaseOptions): Promise<RebaseResult> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'rebase', async (held) => {
    let project = await readProject(context);
    const { ours, wanted, conflicts, opaque } = planRebase(requireLock(project), project.desired);
    const versions = opaque.map(({ number }) => number);
    if (ours.length === 0) return { replayed: [], conflicts, opaque: { versions, conflicts: [], packages: [] } };

    const lacking = reconcileItems(project.desired, wanted);
    if (!isEmptyDelta(lacking)) {
      const why = 'devenv.yaml does not say what the versions of both sides declare:';
      const { edited, byHand } = await declare(context, held, project, lacking, why);
      project = await readProject(context);
      if (!edited || byHand.length > 0) throw notDeclared(byHand);
    }
    const lock = requireLock(project);
    const current = currentVersion(lock);
    // Before anything is built: a conflict that nobody decides ends it here.
    const sides = opaque.length === 0 ? undefined : await findSides(context, project, ours);
    const theirs = await provideVersion(context, project.environment, current);
    const before = sides && (await compareSides(context, project, { ...sides, theirs }));
    const taken = before === undefined ? new Set<string>() : await decide(context, before.conflicts, options.take);

    const plan = planProject(project, { clean: false });
    if (plan.kind === 'build') await confirmPlan(context, project, plan, { discard: false });
    const made = plan.kind === 'build' ? await makeImage(context, project, plan, {}) : undefined;
    const onto = { ...sides, theirs: made?.reference ?? theirs };
    const after = isWhole(onto) && made !== undefined ? await compareSides(context, project, onto) : before;
    const clash = isWhole(onto) && after?.records.includes(dpkgStatus) === true;
    const left = clash ? (await findMissing(context, project, onto)).files : new Set<string>();
    const laid = after && (await layFiles(context, project, onto.theirs, after, taken, left));
    const image = laid?.image ?? made?.image;
    const version =
      image &&
      (await recordVersion(context, held, project, {
        image,
        kind: laid?.image === undefined ? 'build' : 'commit',
        ...(plan.kind !== 'build' && { from: current.number }),
        ...(plan.kind === 'build' && plan.start.kind === 'version' && { from: plan.start.number }),
        items: plan.kind === 'build' ? plan.items : { set: {}, unset: [] },
        message: ours
          .map((own) => own.message)
          .join('; ')
          .slice(0, 200),
        shape: project.shape,
        resolved: made?.resolved ?? lock.resolved,
        allowed: ours.flatMap((own) => own.allowed ?? []),
      }));
    const final = image === undefined ? theirs : image.id;
    const missing = isWhole(onto) ? await findMissing(context, project, { ...onto, theirs: final }) : undefined;
    await (await context.engine()).removeImage(laidReference(project));
    return {
      replayed: ours.map(({ number }) => number),
      ...(version !== undefined && { version }),
      conflicts,
      opaque: {
        versions,
        ...(laid !== undefined && { laid: laid.paths }),
        conflicts: (before?.conflicts ?? []).map((conflict) => ({
          ...conflict,
          taken: taken.has(conflict.path) ? ('mine' as const) : ('theirs' as const),
        })),
        packages: missing?.packages ?? [],
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

/** Absent where the images of a side are neither here nor in the registry. */
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
    const found = await findVersionImage(engine, project.environment.name, version);
    if (found === undefined && version.digest === undefined) return undefined;
  }
  return { before, ours: last };
}

const isWhole = (sides: Partial<Sides>): sides is Sides => sides.before !== undefined;

/** Paths that are to be as in our versions. Throws REBASE_CONFLICT where there is nobody to ask. */
async function decide(
  context: Context,
  conflicts: readonly PathConflict[],
  take: RebaseOptions['take'],
): Promise<ReadonlySet<string>> {
  const paths = conflicts.map(({ path }) => path);
  if (paths.length === 0 || take === 'theirs') return new Set();
  if (take === 'mine') return new Set(paths);
  const told = conflicts.map(describe);
  if (context.prompt.interactive) {
    const question = 'Both sides changed these. Which shall be as in your versions? The rest is as in the newer one.';
    const choices = conflicts.map(({ path }, index) => ({ value: path, title: told[index] ?? path, taken: false }));
    return new Set(await context.prompt.choose(question, choices));
  }
  const more = told.length > 10 ? `\n  and ${String(told.length - 10)} more` : '';
  throw new DevenvError(
    'REBASE_CONFLICT',
    `Both sides changed the same files by hand:\n${told
      .slice(0, 10)
      .map((line) => `  ${line}`)
      .join('\n')}${more}`,
    {
      hint: 'Run `devenv rebase --take mine` to have them as in your versions, or `--take theirs` to leave them as in the newer one; on a terminal you choose for each.',
      state: 'Nothing was built.',
      data: { conflicts: conflicts.slice(0, 1000) },
    },
  );
}

const words = { added: 'added', changed: 'changed', removed: 'removed' } as const;

const describe = ({ path, ours, theirs }: PathConflict): string =>
  `${path}: ${words[ours]} here, ${theirs === undefined ? 'its folder changed' : words[theirs]} there`;

const laidReference = ({ environment }: Project): string => `devenv/${environment.name}:rebase`;

/** Lays our files on an image. No image where there are none; absent where the engine's storage does not allow it. */
async function layFiles(
  context: Context,
  project: Project,
  theirs: string,
  replay: FileReplay,
  taken: ReadonlySet<string>,
  left: ReadonlySet<string>,
): Promise<{ readonly image?: Image; readonly paths: number } | undefined> {
  const only = settleReplay(
    replay,
    ({ path }) => taken.has(path),
    (path) => left.has(path),
  );
  const paths = only.copy.length + only.hide.length;
  const below = await (await context.engine()).inspectImage(theirs);
  if (paths === 0 || below === undefined) return { paths: 0 };
  const { image, layers } = replay;
  const request = { image, count: layers, below, reference: laidReference(project), beside: project.folder, only };
  const laid = await (await context.layers()).merge(request);
  await context.failpoints.reach('rebase:laid');
  return laid && { image: laid, paths };
}

const dpkgStatus = '/var/lib/dpkg/status';

/**
 * What was installed in our newest version and is not on the other side,
 * beyond what was there before, and the files of those that apt installed:
 * without the package manager's record of them they would be nobody's.
 */
async function findMissing(
  context: Context,
  project: Project,
  { before, ours, theirs }: Sides,
): Promise<{ readonly packages: readonly PackageChange[]; readonly files: ReadonlySet<string> }> {
  const then = await openVersion(context, project, before, ({ ask }) => takeInventory(ask));
  const now = await openImage(context, project, theirs, ({ ask }) => takeInventory(ask));
  return openVersion(context, project, ours, async ({ ask }) => {
    const packages = compareInventories(then, await takeInventory(ask)).filter(
      ({ provider, name, after }) => after !== undefined && now[provider]?.[name] === undefined,
    );
    const names = packages.filter(({ provider }) => provider === 'apt').map(({ name }) => name);
    if (names.length === 0) return { packages, files: new Set() };
    const script =
      'dpkg-query --listfiles "$@"; for name; do ls -d /var/lib/dpkg/info/"$name".* /var/lib/dpkg/info/"$name":*; done';
    const { stdout } = await ask({ argv: ['sh', '-c', `${script} 2>/dev/null`, 'sh', ...names] });
    return { packages, files: new Set(stdout.toString('latin1').split('\n').filter(Boolean)) };
  });
}
