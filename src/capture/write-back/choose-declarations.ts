import type { Proposal } from './propose-declarations.ts';
import type { Drift } from '../../model/drift.ts';
import type { Items, ItemsDelta } from '../../model/item.ts';
import type { Context } from '../../ports/context.ts';
import { previewEdits } from '../../versions/edit-declarations.ts';
import type { Project } from '../../observe/project.ts';

/** What a person accepts of a proposal. */
export interface DeclarationChoice {
  /** Items that devenv.yaml is to declare or drop. */
  readonly delta: ItemsDelta;
  /** `delta`, and what devenv.yaml declares already. */
  readonly adopted: ItemsDelta;
  readonly exclude: readonly string[];
}

const none: ItemsDelta = { set: {}, unset: [] };
export const takeNothing: DeclarationChoice = { delta: none, adopted: none, exclude: [] };

/** Shows the proposed change of devenv.yaml and asks what to accept; without a terminal, --yes accepts all. */
export async function chooseDeclarations(
  context: Context,
  project: Project,
  drift: Drift,
  proposal: Proposal,
): Promise<DeclarationChoice> {
  const adopted: ItemsDelta = { set: proposalItems(proposal), unset: proposal.unset };
  const delta = lessKnown(adopted, project.desired);
  const known = without(adopted, delta);
  const exclude = context.prompt.interactive ? await chooseExcluded(context, drift) : [];
  if (isEmpty(delta) && exclude.length === 0) return { delta, adopted, exclude };
  const lines = await previewEdits(context, project, delta, exclude);
  context.progress.note(isEmpty(delta) ? 'Change of devenv.yaml:' : 'Proposed change of devenv.yaml:');
  for (const line of lines) context.progress.note(`  ${line}`);
  if (isEmpty(delta)) return { delta, adopted, exclude };
  if (!context.prompt.interactive) {
    if (await context.prompt.confirm('Edit devenv.yaml like this?', false)) return { delta, adopted, exclude };
    context.progress.note('devenv.yaml was not edited; --yes edits it. The version has the packages anyway.');
    return { delta: none, adopted: known, exclude };
  }
  const ids = new Set(
    await context.prompt.choose('Select what devenv.yaml declares. The version has the other packages, too.', [
      ...Object.keys(delta.set).map((id) => ({ value: id, title: titleOf(proposal, id), taken: true })),
      ...delta.unset.map((id) => ({ value: id, title: `no longer ${id}`, taken: true })),
    ]),
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

/** Asks which new files to exclude. Packages cannot be excluded. */
async function chooseExcluded(context: Context, drift: Drift): Promise<readonly string[]> {
  const causes = new Set(['etc', 'usr-local', 'opt', 'other']);
  const items = drift.groups
    .filter(({ cause }) => causes.has(cause))
    .flatMap((group) => [...group.items])
    .filter(({ change, kind }) => kind === 'path' && change === 'added');
  if (items.length === 0) return [];
  return context.prompt.choose(
    'Select files to exclude from this version and later ones.',
    items.slice(0, 100).map(({ name, bytes }) => ({
      ...{ value: globOf(name), title: name, taken: false },
      ...(bytes !== undefined && { bytes }),
    })),
  );
}

/** A glob for exactly one path and everything below it. */
export const globOf = (path: string): string => path.replace(/\/$/, '').replace(/[\\*?{}[\]()!+@|]/g, '\\$&');

export const proposalItems = ({ set }: Proposal): Items => Object.fromEntries(set.map(({ id, value }) => [id, value]));

export const titleOf = ({ set }: Proposal, id: string): string => set.find((item) => item.id === id)?.title ?? id;

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

const isEmpty = ({ set, unset }: ItemsDelta): boolean => Object.keys(set).length === 0 && unset.length === 0;
