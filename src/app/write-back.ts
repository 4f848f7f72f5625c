import { editConfig, type Edit } from '../config/edit.ts';
import { findProject } from '../config/find.ts';
import { parseConfig } from '../config/parse.ts';
import { planDeclaration } from '../config/plan-declaration.ts';
import { proposeDeclarations, type Opaque, type Proposal } from '../drift/propose-declarations.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { hashItems } from '../lock/shape.ts';
import type { Drift } from '../model/drift.ts';
import type { Image } from '../model/image.ts';
import type { Items, ItemsDelta } from '../model/item.ts';
import type { Digest, Lock, Resolved } from '../model/version.ts';
import { diffLines } from '../plan/diff-lines.ts';
import { resolveDesiredItems } from '../plan/desired-items.ts';
import { resolvePins } from '../plan/resolve-pins.ts';
import { resolveVersionItems } from '../plan/version-items.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import type { PinStyle } from '../providers/provider.ts';
import { providers } from '../providers/registry.ts';
import type { Context } from './context.ts';
import { findForeign } from './find-foreign.ts';
import type { ObservedDrift } from './observe-drift.ts';
import type { Project } from './project.ts';

export interface WriteBackOptions {
  /** False: everything stays in the image alone. */
  readonly writeBack: boolean;
  readonly pin: PinStyle;
}

/** What a commit declares, and how devenv.yaml gets to say so. */
export interface WriteBack {
  /** Everything that the new version declares. */
  readonly items: Items;
  /** Hash of `items`. */
  readonly shape: Digest;
  readonly resolved: Resolved;
  /** For devenv.yaml; none where it says all already, or nobody agreed. */
  readonly edits: readonly Edit[];
  /** Globs that a person added to `commit.exclude` just now. */
  readonly exclude: readonly string[];
  /** Titles of what is declared from now on. */
  readonly declared: readonly string[];
  /** What could be declared and is not, because nobody agreed. */
  readonly suggested: readonly string[];
  readonly opaque: readonly Opaque[];
}

const limit = 256 * 1024;

/**
 * Proposes edits of devenv.yaml for what a person installed by hand, shows
 * them, and asks. Writes nothing. `parent`: the image of the version that the
 * workspace is compared with.
 */
export async function proposeWriteBack(
  context: Context,
  engine: Engine,
  project: Project,
  lock: Lock,
  parent: Image | undefined,
  { drift, inventory }: ObservedDrift,
  { writeBack, pin }: WriteBackOptions,
): Promise<WriteBack> {
  const foreign =
    writeBack && parent !== undefined
      ? await findForeign(engine, project.folder, parent, drift)
      : new Map<string, string>();
  const proposal = proposeDeclarations(drift, project.desired, foreign, pin, providers);
  const taken = writeBack ? await choose(context, project, drift, proposal) : nothing;
  const { edits } = planDeclaration(project.environment, taken.delta);
  const all = [...edits, ...taken.exclude.map(excludeEdit)];
  const recorded = resolveVersionItems(lock, lock.current);
  const items = applyDelta(recorded, { ...taken.adopted });
  return {
    items,
    shape: hashItems(items),
    resolved: resolvePins(items, lock.resolved, inventory),
    edits: all,
    exclude: taken.exclude,
    declared: titlesOf(proposal, taken.adopted),
    suggested: titlesOf(proposal, { set: proposalItems(proposal), unset: proposal.unset }).filter(
      (title) => !titlesOf(proposal, taken.adopted).includes(title),
    ),
    // What is left out is in no image.
    opaque: proposal.opaque.filter(({ title }) => !taken.exclude.includes(globOf(title))),
  };
}

interface Taken {
  /** What devenv.yaml has to say differently. */
  readonly delta: ItemsDelta;
  /** The same, and what it says already. */
  readonly adopted: ItemsDelta;
  readonly exclude: readonly string[];
}

const none: ItemsDelta = { set: {}, unset: [] };
const nothing: Taken = { delta: none, adopted: none, exclude: [] };

async function choose(context: Context, project: Project, drift: Drift, proposal: Proposal): Promise<Taken> {
  const adopted: ItemsDelta = { set: proposalItems(proposal), unset: proposal.unset };
  const delta = lessKnown(adopted, project.desired);
  const known = without(adopted, delta);
  const exclude = context.prompt.interactive ? await chooseExcluded(context, drift) : [];
  if (isEmpty(delta) && exclude.length === 0) return { delta, adopted, exclude };
  const lines = await previewEdits(context, project, delta, exclude);
  context.progress.note(isEmpty(delta) ? 'devenv.yaml will say so:' : 'devenv.yaml can say what was installed:');
  for (const line of lines) context.progress.note(`  ${line}`);
  if (isEmpty(delta)) return { delta, adopted, exclude };
  if (!context.prompt.interactive) {
    if (await context.prompt.confirm('Edit devenv.yaml so?', false)) return { delta, adopted, exclude };
    context.progress.note('devenv.yaml stays as it is: it is edited with --yes. The image has it all the same.');
    return { delta: none, adopted: known, exclude };
  }
  const ids = new Set(
    await context.prompt.choose(
      'Tick what devenv.yaml shall declare. What is not ticked is in the image all the same.',
      [
        ...Object.keys(delta.set).map((id) => ({ value: id, title: titleOf(proposal, id), taken: true })),
        ...delta.unset.map((id) => ({ value: id, title: `no longer ${id}`, taken: true })),
      ],
    ),
  );
  const chosen: ItemsDelta = {
    set: Object.fromEntries(Object.entries(delta.set).filter(([id]) => ids.has(id))),
    unset: delta.unset.filter((id) => ids.has(id)),
  };
  return {
    delta: chosen,
    adopted: { set: { ...known.set, ...chosen.set }, unset: [...known.unset, ...chosen.unset] },
    exclude,
  };
}

/** Whole packages cannot be left out of an image; files can. */
async function chooseExcluded(context: Context, drift: Drift): Promise<readonly string[]> {
  const causes = new Set(['etc', 'usr-local', 'opt', 'other']);
  const items = drift.groups
    .filter(({ cause }) => causes.has(cause))
    .flatMap((group) => [...group.items])
    .filter(({ change, kind }) => kind === 'path' && change === 'added');
  if (items.length === 0) return [];
  return context.prompt.choose(
    'Tick what to leave out, of this version and of later ones. What is not ticked goes in.',
    items.slice(0, 100).map(({ name, bytes }) => ({
      ...{ value: globOf(name), title: name, taken: false },
      ...(bytes !== undefined && { bytes }),
    })),
  );
}

/** A path as a glob that means just it, and all below it. */
const globOf = (path: string): string => path.replace(/\/$/, '').replace(/[\\*?{}[\]()!+@|]/g, '\\$&');

const excludeEdit = (value: string): Edit => ({ kind: 'add', path: ['commit', 'exclude'], value });

/** What the edits would change, as lines; checks that the file then says what was meant. */
async function previewEdits(
  context: Context,
  project: Project,
  delta: ItemsDelta,
  exclude: readonly string[],
): Promise<readonly string[]> {
  const { text } = await readConfig(context);
  const { edits } = planDeclaration(project.environment, delta);
  const after = editConfig(text, [...edits, ...exclude.map(excludeEdit)]);
  const desired = resolveDesiredItems(parseConfig(after, 'devenv.yaml'), project.hashes, providers);
  const wrong =
    Object.entries(delta.set).find(([id, value]) => desired[id] !== value)?.[0] ??
    delta.unset.find((id) => Object.hasOwn(desired, id));
  if (wrong !== undefined) throw new DevenvError('INTERNAL', `An edit of devenv.yaml would not say ${wrong}.`);
  return diffLines(text, after);
}

/**
 * Edits devenv.yaml, whole or not at all. Comes before the lock: killed in
 * between, the file asks for what the workspace has and no version has yet, so
 * that nothing is removed and the same commit finishes it.
 */
export async function applyWriteBack(context: Context, held: Held, edits: readonly Edit[]): Promise<void> {
  if (edits.length === 0) return;
  // Read again: a person may have saved another edit meanwhile, and it stays.
  const { file, text } = await readConfig(context);
  const after = editConfig(text, edits);
  if (after === text) return;
  held.check();
  await context.failpoints.reach('yaml:before');
  await context.files.writeAtomic(file, after);
  await context.failpoints.reach('yaml:after');
}

async function readConfig(context: Context): Promise<{ readonly file: string; readonly text: string }> {
  const { file } = await findProject(context.files, context.folder);
  const text = await context.files.readText(file, limit);
  if (text === undefined) throw new DevenvError('CONFIG_NOT_FOUND', `${file} vanished while this command ran.`);
  return { file, text };
}

const proposalItems = ({ set }: Proposal): Items => Object.fromEntries(set.map(({ id, value }) => [id, value]));

const titleOf = ({ set }: Proposal, id: string): string => set.find((item) => item.id === id)?.title ?? id;

const titlesOf = (proposal: Proposal, { set, unset }: ItemsDelta): readonly string[] => [
  ...Object.keys(set).map((id) => titleOf(proposal, id)),
  ...unset.map((id) => `no longer ${id}`),
];

function lessKnown({ set, unset }: ItemsDelta, desired: Items): ItemsDelta {
  return {
    set: Object.fromEntries(Object.entries(set).filter(([id, value]) => desired[id] !== value)),
    unset: unset.filter((id) => Object.hasOwn(desired, id)),
  };
}

function without({ set, unset }: ItemsDelta, less: ItemsDelta): ItemsDelta {
  return {
    set: Object.fromEntries(Object.entries(set).filter(([id]) => !Object.hasOwn(less.set, id))),
    unset: unset.filter((id) => !less.unset.includes(id)),
  };
}

function applyDelta(items: Items, { set, unset }: ItemsDelta): Items {
  const gone = new Set(unset);
  return Object.fromEntries(Object.entries({ ...items, ...set }).filter(([id]) => !gone.has(id)));
}

const isEmpty = ({ set, unset }: ItemsDelta): boolean => Object.keys(set).length === 0 && unset.length === 0;
