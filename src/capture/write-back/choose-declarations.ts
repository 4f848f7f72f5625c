import type { Proposal } from './propose-declarations.ts';
import type { Drift, DriftItem } from '../../model/drift.ts';
import { isEmptyDelta, noDelta, type Items, type ItemsDelta } from '../../model/item.ts';
import type { Context } from '../../ports/context.ts';
import { listUneditable, previewEdits } from '../../versions/edit-declarations.ts';
import type { Project } from '../../observe/project.ts';

/** What a person accepts of a proposal. */
interface DeclarationChoice {
  /** Items that devenv.yaml is to declare or drop. */
  readonly delta: ItemsDelta;
  /** `delta`, and what devenv.yaml declares already. */
  readonly adopted: ItemsDelta;
  readonly exclude: readonly string[];
}

export const takeNothing: DeclarationChoice = { delta: noDelta, adopted: noDelta, exclude: [] };

/** Asks once what becomes of each change, and shows the change of devenv.yaml. Without a terminal, --yes accepts all. */
export async function chooseDeclarations(
  context: Context,
  project: Project,
  drift: Drift,
  proposal: Proposal,
): Promise<DeclarationChoice> {
  const proposed: ItemsDelta = { set: proposalItems(proposal), unset: proposal.unset };
  const fixed = await listUneditable(context, project, lessKnown(proposed, project.desired));
  for (const reason of new Set(fixed.values()))
    context.progress.note(`${reason}. The version has the packages anyway.`);
  const adopted: ItemsDelta = {
    set: Object.fromEntries(Object.entries(proposed.set).filter(([id]) => !fixed.has(id))),
    unset: proposed.unset.filter((id) => !fixed.has(id)),
  };
  const delta = lessKnown(adopted, project.desired);
  const known = without(adopted, delta);
  if (!context.prompt.interactive) return confirmAll(context, project, { delta, adopted, exclude: [] }, known);
  const { chosen, exclude } = await assignChanges(context, drift, proposal, delta);
  await showEdits(context, project, chosen, exclude);
  return {
    delta: chosen,
    adopted: { set: { ...known.set, ...chosen.set }, unset: [...known.unset, ...chosen.unset] },
    exclude,
  };
}

async function confirmAll(
  context: Context,
  project: Project,
  choice: DeclarationChoice,
  known: ItemsDelta,
): Promise<DeclarationChoice> {
  if (isEmptyDelta(choice.delta)) return choice;
  await showEdits(context, project, choice.delta, []);
  if (await context.prompt.confirm('Edit devenv.yaml like this?', false)) return choice;
  context.progress.note('devenv.yaml was not edited; --yes edits it. The version has the packages anyway.');
  return { ...choice, delta: noDelta, adopted: known };
}

async function showEdits(
  context: Context,
  project: Project,
  delta: ItemsDelta,
  exclude: readonly string[],
): Promise<void> {
  if (isEmptyDelta(delta) && exclude.length === 0) return;
  context.progress.note('Change of devenv.yaml:');
  for (const line of await previewEdits(context, project, delta, exclude)) context.progress.note(`  ${line}`);
}

/** One list: what devenv.yaml declares, what is only in the image, what is left out. Packages cannot be left out. */
async function assignChanges(
  { prompt }: Context,
  drift: Drift,
  { opaque, set }: Proposal,
  delta: ItemsDelta,
): Promise<{ readonly chosen: ItemsDelta; readonly exclude: readonly string[] }> {
  const declared = Object.entries(delta.set);
  const files = listNewFiles(drift);
  const names = new Set(files.map(({ name }) => name));
  const options = { declare: ['declared', 'in the image'], drop: ['no longer declared', 'declared'] };
  const entries = [
    ...declared.map(([id]) => ({ title: titleOf({ set }, id), options: options.declare })),
    ...delta.unset.map((id) => ({ title: id, options: options.drop })),
    ...files.map(({ name, bytes }) => ({ title: name, bytes, options: ['in the image', 'left out'] })),
    ...opaque.filter(({ title }) => !names.has(title)).map(({ title }) => ({ title, options: ['in the image'] })),
  ];
  const isOpen = entries.some((entry) => entry.options.length > 1);
  const answers = isOpen ? await prompt.assign('What goes into this version:', entries) : [];
  const first = (index: number): boolean => (answers[index] ?? 0) === 0;
  const afterUnset = declared.length + delta.unset.length;
  return {
    chosen: {
      set: Object.fromEntries(declared.filter((_, index) => first(index))),
      unset: delta.unset.filter((_, index) => first(declared.length + index)),
    },
    exclude: files.filter((_, index) => !first(afterUnset + index)).map(({ name }) => globOf(name)),
  };
}

/** New files and folders, largest first, at most 100: these can be left out. */
function listNewFiles(drift: Drift): readonly Pick<DriftItem, 'name' | 'bytes'>[] {
  const causes = new Set(['etc', 'usr-local', 'opt', 'other']);
  return drift.groups
    .filter(({ cause }) => causes.has(cause))
    .flatMap((group) => [...group.items])
    .filter(({ change, kind }) => kind === 'path' && change === 'added')
    .slice(0, 100);
}

/** A glob for exactly one path and everything below it. */
export const globOf = (path: string): string => path.replace(/\/$/, '').replace(/[\\*?{}[\]()!+@|]/g, '\\$&');

export const proposalItems = ({ set }: Proposal): Items => Object.fromEntries(set.map(({ id, value }) => [id, value]));

export const titleOf = ({ set }: Pick<Proposal, 'set'>, id: string): string =>
  set.find((item) => item.id === id)?.title ?? id;

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
