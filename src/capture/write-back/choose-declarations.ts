import type { Proposal } from './propose-declarations.ts';
import type { Drift } from '../../model/drift.ts';
import type { Items, ItemsDelta } from '../../model/item.ts';
import type { Context } from '../../ports/context.ts';
import { previewEdits } from '../../versions/edit-declarations.ts';
import type { Project } from '../../observe/project.ts';

/** What of a proposal the person takes. */
export interface Taken {
  /** What devenv.yaml has to say differently. */
  readonly delta: ItemsDelta;
  /** The same, and what it says already. */
  readonly adopted: ItemsDelta;
  readonly exclude: readonly string[];
}

const none: ItemsDelta = { set: {}, unset: [] };
export const takeNothing: Taken = { delta: none, adopted: none, exclude: [] };

/** Shows how devenv.yaml would change, and asks what of it is to be so; without a person, as far as --yes says. */
export async function chooseDeclarations(
  context: Context,
  project: Project,
  drift: Drift,
  proposal: Proposal,
): Promise<Taken> {
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
